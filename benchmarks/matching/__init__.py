"""One person judged against many trials, and one trial against many people in memory, beside rivals."""

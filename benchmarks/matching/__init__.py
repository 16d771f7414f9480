"""One person and many trials, and one trial and many people, in memory."""

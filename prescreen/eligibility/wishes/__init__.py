"""What a visitor wishes of a trial, beside its criteria: where it is, and what is done in it."""

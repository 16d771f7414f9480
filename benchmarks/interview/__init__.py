"""The number of questions in an interview."""

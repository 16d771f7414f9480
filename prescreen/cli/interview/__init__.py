"""Assessing answers, replaying interviews, and the interview in a terminal."""

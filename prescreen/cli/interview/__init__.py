"""Answers judged, interviews played, and the interview in a terminal."""

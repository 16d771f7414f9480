"""Counters of interviews, without personal data."""

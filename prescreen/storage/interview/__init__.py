"""Counters of interviews that hold no person."""

"""Mirrors prescreen/, plus what only tests need."""

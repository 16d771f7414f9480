"""Wishes in the cookie, in words, the field for a place, and which emergency number is a visitor's own."""

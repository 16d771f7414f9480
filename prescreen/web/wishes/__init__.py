"""Wishes in the cookie, in words, and the field for a place."""

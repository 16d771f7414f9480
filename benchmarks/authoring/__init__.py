"""Drafting of criteria files from records."""

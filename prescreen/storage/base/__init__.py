"""Identifiers, upserts, keys and encryption."""

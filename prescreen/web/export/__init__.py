"""Exports, for staff."""

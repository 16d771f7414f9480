"""Findings and margins in words, for staff."""

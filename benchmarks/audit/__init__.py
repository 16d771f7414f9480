"""Measurements of the audit trail."""

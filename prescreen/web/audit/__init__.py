"""The audit trail, for staff."""

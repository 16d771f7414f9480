"""The hash chain of the audit trail: sealed and verified."""

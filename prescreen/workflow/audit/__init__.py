"""The hash chain of the audit trail: sealing and verifying."""

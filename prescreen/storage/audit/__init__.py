"""The audit trail: its events, its hash chain, and what is read from it."""

"""The audit trail: its events, its hash chain, and the queries that read it."""

"""The outbox, and who is told of referrals."""

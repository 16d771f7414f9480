"""Counts of referrals."""

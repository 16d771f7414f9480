"""Listing referrals, and changing many at once."""

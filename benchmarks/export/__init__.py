"""Exports of many referrals, against other ways to write the same files."""

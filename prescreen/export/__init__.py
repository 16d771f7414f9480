"""Referrals in other people's formats."""

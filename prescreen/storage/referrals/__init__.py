"""Referrals and what their teams record of them."""

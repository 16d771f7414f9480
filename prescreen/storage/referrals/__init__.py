"""Referrals and what site teams record about them."""

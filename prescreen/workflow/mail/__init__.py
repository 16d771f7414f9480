"""Delivery of letters, and alerts to staff about referrals."""

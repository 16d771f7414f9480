"""Exports of referrals."""

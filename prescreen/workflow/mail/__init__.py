"""Delivering letters, and telling staff of referrals."""

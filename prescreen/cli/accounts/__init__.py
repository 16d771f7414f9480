"""Recruiters' accounts and invitations."""

"""Accounts, permissions, sign-in, sessions and second factors."""

"""Recruiters' accounts: trials, rights, sessions, second factors, sign-in attempts."""

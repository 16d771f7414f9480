"""Sign-in, sessions, the own account and administration; and what all staff pages share."""

"""Sign-in, sessions, the user's own account and administration; and what all staff pages share."""

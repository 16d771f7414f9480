"""Pages of participants: contact and consent, and their own data."""

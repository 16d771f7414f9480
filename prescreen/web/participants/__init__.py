"""Contact and consent, and what people do with their own data."""

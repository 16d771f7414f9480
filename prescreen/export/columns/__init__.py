"""The columns that an export can have: what one is, what they say of consents, what SQL joins, and their table."""

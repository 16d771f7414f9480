"""The columns that an export can have: their definition and table, those about consents, and the joins in SQL."""

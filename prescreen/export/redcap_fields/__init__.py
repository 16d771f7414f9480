"""The fields of a REDCap form: what they are made from, their codes, and their values."""

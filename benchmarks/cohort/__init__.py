"""A rematch of stored leads, end to end."""

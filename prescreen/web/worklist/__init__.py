"""The work list, for staff: rows, filters, pagination, changes in bulk."""

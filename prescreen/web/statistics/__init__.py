"""Statistics of visits, outcomes and equity, for staff."""

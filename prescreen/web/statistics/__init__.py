"""Numbers of visits, outcomes and equity, for staff."""

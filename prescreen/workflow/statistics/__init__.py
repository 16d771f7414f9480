"""Visits, outcomes and equity, with small cells suppressed."""

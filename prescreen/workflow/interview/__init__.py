"""Usage counters, attribution of visits, and distances."""

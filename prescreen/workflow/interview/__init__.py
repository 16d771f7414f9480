"""Usage counters, where visitors come from, and distances."""

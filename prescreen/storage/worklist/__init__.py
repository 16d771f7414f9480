"""The order, filters and partitions of the work list, and the search for people."""

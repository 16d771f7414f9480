"""Reading the criteria folder into the domain, and finding every fault in it."""

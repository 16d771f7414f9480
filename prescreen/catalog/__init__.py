"""Reads the criteria folder into the domain, and finds every fault in it."""

"""The criteria folder: reading it, checking it, and keeping the catalog of a running service."""

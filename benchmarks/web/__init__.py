"""The latency of pages."""

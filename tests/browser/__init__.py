"""Tests that drive Chromium against the service as an operator runs it."""

"""Endpoints for monitoring."""

"""Operators' actions: retention."""

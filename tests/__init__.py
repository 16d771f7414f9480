"""Tests, in the folders of prescreen/, and what only tests need."""

"""Prescreen: which clinical trials may fit a person, with reasons, and leads only from those who agree.

Rings, outermost first; imports point inward only (pyproject.toml holds the contracts):
app, then web and cli, then database, then export, then workflow, then storage and catalog, then eligibility.
"""

"""Prescreen: which clinical trials may fit a person, with reasons, and referrals only of those who consent.

Rings, outermost first; imports point inward only (the contracts are in pyproject.toml): app, then web and cli, then
database, then export and mail, then workflow, then storage and catalog, then eligibility and config.
"""

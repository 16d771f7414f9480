"""Referrals and assessments in the formats of other systems."""

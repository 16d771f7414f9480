"""Stored assessments: evidence, fingerprints, wire names, and answers encoded as bytes."""

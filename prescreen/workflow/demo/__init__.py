"""Synthetic leads, answers, people and a team, for a sample catalog."""

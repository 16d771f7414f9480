"""Made-up leads, answers, people and a team, for a sample."""

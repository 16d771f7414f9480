"""What the answers mean for each trial: the results, a trial's reasons, and what a visitor can take along."""

"""What authors write: truth, units, text, rules, questions, trials."""

"""What the words of one criterion mean as a rule over the question bank: a rule that cannot be wrong, or none."""

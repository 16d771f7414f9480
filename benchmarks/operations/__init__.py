"""Speed of what operators do."""

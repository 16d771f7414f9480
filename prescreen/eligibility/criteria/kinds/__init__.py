"""What belongs to each kind of question: one module a kind, and the registry that lists them all."""

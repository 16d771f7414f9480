"""The kinds of questions: one module for each kind, and the registry that lists them all."""

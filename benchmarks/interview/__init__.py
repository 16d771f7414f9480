"""How many questions are asked until everything is decided, against a lower bound."""

"""Lists in a statement: how they are divided, how far words at their ends reach, and what their parts mean together."""

"""The model of what authors write: trials, questions, rules, texts, units; and three-valued truth."""

"""What a draft of a trial is made of: its head, its criteria from words and from fields, and its rules as data."""

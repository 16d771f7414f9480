"""What a backup is made of: encrypted frames, and the rows of all tables as lines that both databases read."""

"""What is doubtful about criteria that someone writes, found in their rules and the bank, without any person."""

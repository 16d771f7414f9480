"""What an operator runs: retention."""

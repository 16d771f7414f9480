"""The questions, the review, and the cookie that holds the answers."""

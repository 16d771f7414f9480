"""Questions, results and explanations, and the cookie that holds the answers."""

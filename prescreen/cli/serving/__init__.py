"""`prescreen serve`: the processes that serve the pages, and the server inside each of them."""

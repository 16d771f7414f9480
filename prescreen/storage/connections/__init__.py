"""How the service works on its database: what a connection is set to, what makes it durable, its account, a replica."""

"""Commands of operators: the database, backups, keys, and what is deleted."""

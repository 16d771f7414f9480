"""YAML with the place of every key, the schema and its fields, and faults."""

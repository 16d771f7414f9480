"""The rows of an export, who may have them, and the record of each run."""

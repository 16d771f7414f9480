"""Export runs, and CSV made by the database."""

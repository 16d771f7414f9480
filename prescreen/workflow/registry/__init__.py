"""The registry watched: asking it politely, believing it with care, and closing trials where the operator lets it."""

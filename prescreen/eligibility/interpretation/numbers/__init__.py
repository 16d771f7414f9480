"""Numbers in a criterion's words: their limits and units, spans of time before today, and tests of questions."""

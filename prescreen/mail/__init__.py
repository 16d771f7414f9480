"""Letters: writing them in the reader's language, and delivering them to a mail server."""

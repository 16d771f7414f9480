"""Letters to people: writing them in the person's language, and handing them to a mail server."""

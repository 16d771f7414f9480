"""How pages are rendered: compiled templates, what of a page all visitors share, and its links to other languages."""

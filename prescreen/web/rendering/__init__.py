"""How pages are rendered: what of them all visitors share, and their links to other languages."""

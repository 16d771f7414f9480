"""How pages look beyond the style sheet: what is drawn for a page from numbers or settings."""

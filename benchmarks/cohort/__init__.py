"""One trial and many stored leads."""

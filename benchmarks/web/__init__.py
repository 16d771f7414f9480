"""Pages served, against a bare page and a lean service behind the same server."""

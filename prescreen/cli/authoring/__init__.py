"""Commands for authors of trials, one module each."""

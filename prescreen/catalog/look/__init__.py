"""The operator's look: name for narrow screens, mark and colors, and whether these can be read."""

"""The operator's look: name for narrow screens, mark and colours, and whether these can be read."""

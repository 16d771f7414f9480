"""An engine of our own: rules over bits, one bit a person."""

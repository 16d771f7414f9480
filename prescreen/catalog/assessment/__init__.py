"""What was judged, kept: evidence, fingerprints, wire names, and answers as bytes."""

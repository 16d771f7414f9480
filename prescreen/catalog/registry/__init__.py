"""A trial's file beside what its registry says of it now."""

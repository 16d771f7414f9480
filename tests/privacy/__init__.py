"""What people say stands where it may stand, and nowhere once they are deleted."""

"""Reading and checking of criteria folders."""

"""What is stored for the operation of the service itself."""

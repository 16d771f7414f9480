"""What running the service needs to know about itself."""

"""People about whom two things happen at once."""

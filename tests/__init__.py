"""What no service can test alone."""

"""How names and addresses are compared and found."""

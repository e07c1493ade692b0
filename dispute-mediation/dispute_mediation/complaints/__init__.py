"""A grievance, from its arrival to its end."""

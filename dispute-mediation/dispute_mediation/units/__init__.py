"""Which unit is competent where."""

"""Service contracts and their clocks."""

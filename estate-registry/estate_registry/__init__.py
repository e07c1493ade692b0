"""Estate-registry: the territory tree, the estates, and who looks after each on which day."""

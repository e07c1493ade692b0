"""A seeded province: what it holds, and how the statements of all services find their way in it."""

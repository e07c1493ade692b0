"""Resolution items: duties that a unit or a company took at a joint meeting."""

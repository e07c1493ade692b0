"""Supervision: the file of every estate, counts per town, and the circulars drawn from them."""

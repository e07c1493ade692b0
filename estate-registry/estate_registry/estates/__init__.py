"""Estates: what they are, and who looks after them today."""

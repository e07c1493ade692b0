"""Counts per town: who is served, what is complained of, what is overdue, what was paid."""

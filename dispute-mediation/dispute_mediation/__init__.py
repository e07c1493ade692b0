"""Dispute mediation: what happens to a grievance, by when, and by whom."""

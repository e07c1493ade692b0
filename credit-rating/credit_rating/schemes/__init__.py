"""Schemes: what counts, for how much and how long, and which score makes which grade. All of it data."""

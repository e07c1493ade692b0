"""Programmes P01-P11 as data: who is paid for what, at which rates, and how much a grade counts."""

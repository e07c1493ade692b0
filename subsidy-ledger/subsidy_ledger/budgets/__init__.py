"""Budgets: how much a programme may spend in a year and territory, and how much of it is left."""

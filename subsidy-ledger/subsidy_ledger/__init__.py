"""Budgets, programmes, claims through a review chain, and the double-entry books they are paid from."""

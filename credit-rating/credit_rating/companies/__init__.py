"""Companies that have a credit file, and where each stands."""

"""The special maintenance fund: owners' money by building and household, and what is posted (6.6)."""

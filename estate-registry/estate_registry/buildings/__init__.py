"""The buildings of an estate, and whether they add up."""

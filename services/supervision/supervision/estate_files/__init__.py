"""The estate file: one page of facts per estate, out of everything the other services published."""

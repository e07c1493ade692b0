"""Score and grade of a company on a day, with the explanation that adds up to it."""

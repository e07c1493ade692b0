"""Credit of property service companies: entry, items, score and grade, and why."""

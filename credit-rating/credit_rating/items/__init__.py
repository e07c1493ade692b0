"""Credit items: recorded, confirmed by another person, counted, reversed, expired."""

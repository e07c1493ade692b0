"""How everything that is heard about an estate is kept."""

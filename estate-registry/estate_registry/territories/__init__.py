"""The territory tree: who is responsible where."""

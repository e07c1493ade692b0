"""The story as a person would live it: a one box as a process of its own."""

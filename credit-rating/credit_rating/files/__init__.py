"""The credit file: everything about one company on one page."""

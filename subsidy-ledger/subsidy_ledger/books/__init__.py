"""The double-entry books: what may be posted, under which number, and what the accounts add up to."""

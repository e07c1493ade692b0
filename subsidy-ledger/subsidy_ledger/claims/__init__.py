"""Claims: from the form through a chain in which no person acts twice, to the payment."""

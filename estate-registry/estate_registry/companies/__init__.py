"""The companies the register has heard of from credit-rating."""

"""Who complained: sealed, masked, shown in the clear only with a reason."""

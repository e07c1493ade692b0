"""Entry checks, and the companies that pass them."""

"""The log of exchanges: what came in, what went out, for whom, why, and how to prove it."""

"""Exchange: what enters and leaves the platform - departments, their keys and grants, orders, the feed."""

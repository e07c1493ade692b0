"""The feed: what happened on the platform, in one order, for the departments it was granted to."""

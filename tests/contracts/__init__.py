"""The published facts over time: recorded messages of every version, read by today's code."""

"""`gongzhi`: the one command, and everything in one process on an embedded PostgreSQL."""

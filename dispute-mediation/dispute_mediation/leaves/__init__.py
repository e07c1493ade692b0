"""The 44 leaves of the taxonomy of grievances, and the reasons to refuse one."""

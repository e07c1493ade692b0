"""Rules of the demo district, put in place on a developer's machine and nowhere else."""

"""What survives when everything is killed: real servers and processes, a seeded schedule (`make faults`)."""

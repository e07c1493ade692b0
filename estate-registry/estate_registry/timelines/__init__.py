"""What holds from which day on: without overlap and without gap."""

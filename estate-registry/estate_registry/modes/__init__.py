"""Which of the four modes an estate is served in, from which day on."""

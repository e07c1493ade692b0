"""How fast it is here: figures beside their limits, measured in the same run (`make bench`)."""

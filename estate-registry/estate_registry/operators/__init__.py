"""Who answers for an estate, from which day on: never nobody, never two."""

"""What other contexts told us, as far as a claim needs it: estates, operators, companies, grades."""

"""What other contexts told us, as far as a claim needs it: estates, operators, contracts, companies, grades."""

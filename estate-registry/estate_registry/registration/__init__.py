"""How an estate enters the register: with a code, a mode and an operator from its first day on."""

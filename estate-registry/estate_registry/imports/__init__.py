"""Lists of estates, as others keep them, taken into the register row by row."""

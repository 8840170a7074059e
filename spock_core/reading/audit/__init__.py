"""How right the register is."""

"""How right the register is: against official sectors, and between its sources. Pure."""

"""How a register is addressed, opened, migrated and locked."""

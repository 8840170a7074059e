"""What processes that work on one register tell each other."""

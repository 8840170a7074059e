"""What people ask a register."""

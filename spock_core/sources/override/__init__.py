"""What the user says of stocks."""

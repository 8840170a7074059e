"""What knows something about listings."""

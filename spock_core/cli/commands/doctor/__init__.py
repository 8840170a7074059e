"""The command `spock doctor`."""

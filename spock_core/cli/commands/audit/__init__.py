"""The command `spock audit`."""

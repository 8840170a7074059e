"""`spock audit`."""

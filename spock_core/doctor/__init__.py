"""`spock doctor`: a file a subject; each check says how things stand, and what to do."""

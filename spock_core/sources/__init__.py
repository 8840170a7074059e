"""Everything Spock reads from: KIS, Yahoo, CSV lists, the user's overrides; one folder each."""

"""`spock new-source`: writes the package of a new source."""

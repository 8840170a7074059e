"""`spock new-market`: writes the package of a new market."""

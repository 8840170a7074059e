"""`spock new-market`: the package of a market that is not there yet."""

"""What a provider, a network, a file or a signal may do, as attackers do it: a table for each."""

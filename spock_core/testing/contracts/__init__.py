"""Contracts of a market, a file for each subject; those of a source are in `sources`."""

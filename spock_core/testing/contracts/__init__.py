"""Contracts of a market, a file for each subject."""

"""Contracts of a source, a file for each subject."""

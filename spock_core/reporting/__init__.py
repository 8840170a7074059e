"""The observers of a run, and output for people."""

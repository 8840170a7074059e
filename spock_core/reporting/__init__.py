"""Who observes a run, and output for people."""

"""Writes `deploy/datasette/metadata.yml` from the data dictionary."""

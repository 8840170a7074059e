"""The lists of a region: their states, and what their lines change."""

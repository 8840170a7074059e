"""Writes the package of a new market: `facts` are what it must know, `write` makes the files."""

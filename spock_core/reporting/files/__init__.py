"""Files that a command reads or writes: no output takes the place of an input."""

"""Step 2 and 3 of a run: which questions to ask, asking them, and judging the answers."""

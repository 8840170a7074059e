"""Calls of plugins: who is called, since when, and what a call leaves as it was."""

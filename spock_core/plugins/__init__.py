"""Hooks, and how plugins are found, checked and called."""

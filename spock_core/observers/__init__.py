"""Observers: each listens through hooks, and is imported only when asked for."""

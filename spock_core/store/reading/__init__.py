"""Queries of those who read a register: what they choose, find and count."""

"""Queries that people make of a register."""

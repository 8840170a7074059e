"""Listings from CSV tables."""

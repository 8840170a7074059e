"""Benchmarks print measurements; tests assert their lower bounds."""

"""Benchmarks: numbers, printed; tests hold the floors."""

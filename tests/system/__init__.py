"""Tests with real processes: kills, locks, virtual environments, PostgreSQL, Prometheus."""

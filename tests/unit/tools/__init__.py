"""Tests of the maintainers' programs."""

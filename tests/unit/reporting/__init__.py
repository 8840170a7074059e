"""Tests of `spock_core.reporting`."""

"""The rate of a run: the user's, or the sandbox's, which need not be spared."""

from __future__ import annotations

from spock_core.settings.model import Settings

SANDBOX_RATE = 100.0
"""Requests a second to the sandbox, unless the user sets `--yahoo-rate`."""


def rate_of(settings: Settings) -> float:
    """Returns the most requests a second to Yahoo, or to the sandbox in its place."""
    chosen = "yahoo_rate" in settings.model_fields_set
    return SANDBOX_RATE if settings.sandbox and not chosen else settings.yahoo_rate

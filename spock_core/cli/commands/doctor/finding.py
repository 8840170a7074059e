"""The result of a check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The severity of a finding."""

    OK = "ok"
    WARNING = "warning"
    """A run works, but something should be examined."""
    PROBLEM = "problem"
    """A run would fail or be incomplete."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    check: str
    level: Level
    found: str
    advice: str = ""
    """What to do; empty if the level is `ok`."""


def ok(check: str, found: str) -> Finding:
    """Returns a finding without advice."""
    return Finding(check, Level.OK, found)


def warning(check: str, found: str, advice: str) -> Finding:
    """Returns a finding that should be examined."""
    return Finding(check, Level.WARNING, found, advice)


def problem(check: str, found: str, advice: str) -> Finding:
    """Returns a finding that must be fixed."""
    return Finding(check, Level.PROBLEM, found, advice)

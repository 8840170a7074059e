"""Asks the user for what no flag says, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable

from spock_core.domain.errors import UsageError
from spock_core.reporting.terminal import width

Ask = Callable[[str, str], str]
"""Takes a question and its default; returns the answer."""


class Answers:
    """Returns what was given, otherwise the user's answer, otherwise the default."""

    def __init__(self, ask: Ask | None) -> None:
        self._ask = ask

    @property
    def can_ask(self) -> bool:
        """Whether there is a user to ask."""
        return self._ask is not None

    def __call__(self, given: str | None, question: str, default: str | None) -> str:
        """Returns the answer to a question; empty text if there is none."""
        if given is not None:
            return given
        return self._ask(question, default or "") if self._ask else default or ""


def asking(*, yes: bool) -> Ask | None:
    """Returns the function that asks on the terminal; None if there is none, or with `--yes`."""
    return _ask if not yes and sys.stdin.isatty() and width() is not None else None


def _ask(question: str, default: str) -> str:
    try:
        answer = input(f"{question} [{default}]: " if default else f"{question}: ").strip()
    except EOFError:
        raise UsageError("there is no more input; nothing was written") from None
    return answer or default

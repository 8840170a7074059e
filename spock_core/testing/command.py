"""Runs `spock` in this process, in a folder of its own."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from spock_core.plugins.registry import Plugins


@dataclass(frozen=True)
class Outcome:
    """What a command came to."""

    code: int
    """The exit code."""
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """What a command with `--json` printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    def region(self, code: str) -> dict[str, Any]:
        """What the document of a run says of one region."""
        return next(r for r in self.document["regions"] if r["region"] == code)


@dataclass(frozen=True)
class Spock:
    """Runs `spock` as a user would: `spock("enrich", "--sandbox", "--json")`."""

    folder: Path
    """Where it runs, and where its register is."""
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object, plugins: Plugins | None = None) -> Outcome:
        """One command, with what is installed or with the given plugins."""
        from spock_core.cli import main

        self.capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments], plugins)
        except SystemExit as stop:
            code = _code_of(stop)
        captured = self.capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the register `spock.db` in the folder answers to a question in SQL."""
        with closing(sqlite3.connect(self.folder / "spock.db")) as connection:
            return connection.execute(query, values).fetchall()


def _code_of(stop: SystemExit) -> int:
    """The exit code. As where Python ends: words for the user go to stderr, with code 1."""
    if stop.code is None or isinstance(stop.code, int):
        return stop.code or 0
    print(stop.code, file=sys.stderr)  # noqa: T201
    return 1

"""Runs `spock` in the test's own process and folder."""

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
    """The result of a command."""

    code: int
    """The exit code."""
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document that a command with `--json` printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    def region(self, code: str) -> dict[str, Any]:
        """Returns one region's part of a run's document. Raises `StopIteration` if it has none."""
        return next(r for r in self.document["regions"] if r["region"] == code)


@dataclass(frozen=True)
class Spock:
    """Runs `spock` as a user would: `spock("enrich", "--sandbox", "--json")`."""

    folder: Path
    """The working folder, with the register `spock.db`."""
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object, plugins: Plugins | None = None) -> Outcome:
        """Runs one command with the installed plugins, or with the given ones."""
        from spock_core.cli import main

        self.capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments], plugins)
        except SystemExit as stop:
            code = _code_of(stop)
        captured = self.capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Returns the rows of an SQL query over the register `spock.db`."""
        with closing(sqlite3.connect(self.folder / "spock.db")) as connection:
            return connection.execute(query, values).fetchall()


def _code_of(stop: SystemExit) -> int:
    """Returns the exit code as Python does: text is printed to stderr, and the code is 1."""
    if stop.code is None or isinstance(stop.code, int):
        return stop.code or 0
    print(stop.code, file=sys.stderr)  # noqa: T201
    return 1

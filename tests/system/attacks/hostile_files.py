"""The tables of what may stand where Spock looks for a file. Add a row to either: all are crossed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


def _endless(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


KINDS: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a device without end": lambda path: path.symlink_to("/dev/zero"),
    "a device that is full": lambda path: path.symlink_to("/dev/full"),
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path.absolute()),
    "a file of the system without end": lambda path: path.symlink_to("/proc/self/pagemap"),
    "a file of a terabyte": _endless,
    "noise": lambda path: path.write_bytes(bytes(range(256)) * 40),
}
"""What stands there, by its name."""


class Place(NamedTuple):
    """Where, and what a run does with it."""

    name: str
    path: str
    says: str = ""
    """A pattern of what is said of it, in one line; empty where nothing need be."""
    codes: tuple[int, ...] = (2,)
    arguments: tuple[str, ...] = ()
    variable: str = ""
    """A variable that names the path."""
    harmless: tuple[str, ...] = ()
    """Kinds that do no harm there: exit code 0."""


PLACES = (
    Place("the register", "spock.db", r"spock\.db: "),
    Place("the lock", "spock.db.lock", "cannot be locked",
          harmless=("a file of a terabyte", "noise")),
    Place("a list", "master/hnxmst.cod.zip", r"list refused: .*hnxmst", (1,)),
    Place("settings", "spock.toml", "settings file spock.toml", harmless=("a folder", "a link to itself")),
    Place("variables", ".env", r"settings file \.env", harmless=("a folder", "a link to itself")),
    Place("overrides", "mine.csv", r"overrides file mine\.csv", arguments=("--overrides", "mine.csv")),
    Place("overrides in TOML", "mine.toml", r"overrides file mine\.toml",
          arguments=("--overrides", "mine.toml")),
    Place("settings by name", "other.toml", r"settings file other\.toml", variable="SPOCK_CONFIG"),
)  # fmt: skip

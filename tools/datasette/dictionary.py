"""Reads `docs/data-dictionary.md`: what each table and column means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SECTION = re.compile(r"^## (?P<names>`.+?)(?:: (?P<title>.*))?$", re.M)
_NAME = re.compile(r"`(\w+)`")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CELLS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Described:
    """A table or view of the dictionary."""

    name: str
    title: str
    text: str
    """Its first paragraph."""
    columns: dict[str, str]
    """What each column means that has a line of its own."""


def read_dictionary(path: Path, known: Mapping[str, Sequence[str]]) -> list[Described]:
    """Returns the tables of the page. `known` are the columns of each table of the register."""
    text = path.read_text("utf-8")
    starts = [*_SECTION.finditer(text)]
    found = []
    for heading, following in zip(starts, [*starts[1:], None], strict=True):
        body = text[heading.end() : following.start() if following else len(text)]
        for name in _NAME.findall(heading["names"]):
            columns = _columns(body, known[name])
            found.append(Described(name, _title(heading["title"]), _first(body), columns))
    return found


def _title(text: str | None) -> str:
    return text[:1].upper() + text[1:] if text else ""


def _first(body: str) -> str:
    paragraphs = (part for part in body.split("\n\n") if part.strip())
    first = next(paragraphs, "")
    return "" if first.lstrip().startswith("|") else _plain(first)


def _columns(body: str, known: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in body.splitlines():
        cells = [cell.strip() for cell in _CELLS.split(line)[1:-1]]
        if len(cells) < 2 or not cells[0].startswith("`"):
            continue
        for name in _names(cells[0], known):
            found[name] = _plain(cells[1])
    return found


def _names(cell: str, known: Sequence[str]) -> list[str]:
    """The columns that a cell names; `first` … `last` are all between them."""
    names: list[str] = []
    for part in cell.split(","):
        ends = [name for name in _NAME.findall(part) if name in known]
        if "…" in part and len(ends) == 2:
            names += known[known.index(ends[0]) : known.index(ends[1]) + 1]
        else:
            names += ends
    return names


def _plain(text: str) -> str:
    """Without links, code marks and line ends."""
    return " ".join(_LINK.sub(r"\1", text).replace("`", "").replace("\\|", "|").split())

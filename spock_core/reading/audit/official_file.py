"""A user's file of official sectors: region, ticker and sector of each stock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from spock_core.classification import gics
from spock_core.domain.errors import UsageError
from spock_core.domain.market_checks import FACTS
from spock_core.domain.stock import StockKey
from spock_core.settings.user_files import read_csv, read_text

SECTOR_COLUMNS = ("gics_sector", "sector")
"""In order of preference: beside `gics_sector`, `sector` often belongs to another scheme."""
_CODE = re.compile(r"(\d\d){1,4}")
"""The code of a sector, industry group, industry or sub-industry."""


class BadRow(NamedTuple):
    """An invalid row, which is ignored."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Official:
    """The content of the file."""

    sectors: Mapping[StockKey, str]
    """Two-digit codes by stock."""
    bad: tuple[BadRow, ...]


def read_official(path: Path) -> Official:
    """Reads the file. Raises `UsageError` if it is not a CSV file with the columns above."""
    columns, rows = read_csv(read_text(path, f"{path}"), f"{path}")
    column = next((name for name in SECTOR_COLUMNS if name in columns), None)
    if column is None or "region" not in columns or "ticker" not in columns:
        raise UsageError(
            f"{path} needs the columns region, ticker and sector (or gics_sector); it has "
            f"{', '.join(columns) or 'none'}"[:500]
        )
    sectors: dict[StockKey, str] = {}
    bad: list[BadRow] = []
    for row in rows:
        key = StockKey(row.cells["region"].upper(), row.cells["ticker"])
        code = _sector_code(row.cells[column])
        if not FACTS["region"].accepts(key.region):
            bad.append(BadRow(row.line, f"region {key.region!r} is not a code of two letters"))
        elif not key.ticker:
            bad.append(BadRow(row.line, "the ticker is empty"))
        elif code is None:
            bad.append(BadRow(row.line, f"{row.cells[column]!r} is not a GICS sector of 2023"))
        elif sectors.setdefault(key, code) != code:
            bad.append(BadRow(row.line, f"{':'.join(key)} has another sector in an earlier row"))
    return Official(sectors, tuple(bad))


def _sector_code(text: str) -> str | None:
    """Returns the two-digit code of a sector's name or of a GICS code, or None if it is neither."""
    if _CODE.fullmatch(text):
        text = text[:2]
    return gics.find_code(text, gics.SECTORS)

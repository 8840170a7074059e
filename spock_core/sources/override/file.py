"""Reads a user's overrides file, TOML or CSV.

Each row has region, ticker, field, value and reason. An invalid row is an error that names its
line, so that the user can correct it; no row is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from spock_core.classification import gics
from spock_core.domain.bounds import is_ticker
from spock_core.domain.errors import UsageError
from spock_core.domain.market_checks import FACTS
from spock_core.domain.source import REASON
from spock_core.domain.stock import StockKey
from spock_core.domain.text import sanitize
from spock_core.settings.toml_file import parse_toml
from spock_core.settings.user_files import MAX_BYTES, read_csv, read_text
from spock_core.sources.override.source import FLAGS, LEVELS

LARGEST_TOML = 1024 * 1024
"""Bytes of a file in TOML: 8,000 rows. Parsed, one that is hostile takes a hundred times as much
memory; a CSV file may be larger."""
FIELDS = (*LEVELS, *FLAGS)
_TABLES: dict[str, dict[str, str]] = {
    "sector": gics.SECTORS,
    "industry_group": gics.INDUSTRY_GROUPS,
    "industry": gics.INDUSTRIES,
}
_REQUIRED = ("region", "ticker", "field", "value")
_COLUMNS = (*_REQUIRED, REASON)
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_TOML_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*override[ \t]*\]\]", re.MULTILINE)


class Override(NamedTuple):
    """All rows of one stock."""

    words: Mapping[str, str]
    """Codes and flags by field, and the `reason`: the `words` of an observation."""
    line: str
    """Where the stock occurs first, for messages: `line 4`."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """A whole overrides file."""

    name: str
    """The file's name in messages."""
    by_stock: Mapping[StockKey, Override]


def read_overrides(path: Path) -> Overrides:
    """Returns the overrides of a file. Raises `UsageError` if the file or a row is invalid; the
    message names the line and what is allowed."""
    name = f"overrides file {path}"
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".toml"):
        raise UsageError(f"{name}: its name must end in .csv or .toml")
    text = read_text(path, name, MAX_BYTES if suffix == ".csv" else LARGEST_TOML)
    rows = _csv_rows(text, name) if suffix == ".csv" else _toml_rows(text, name)
    return Overrides(name, _by_stock(rows, name))


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yields the line, for messages, and the cells of each row by column."""
    columns, rows = read_csv(text, name)
    for column in _REQUIRED:
        if column not in columns:
            raise UsageError(
                f"{name} line 1: no column {column!r}: the columns are {', '.join(_COLUMNS)}"
            )
    _refuse_unknown([column for column in columns if column], "column", f"{name} line 1")
    for row in rows:
        if row.surplus:
            raise UsageError(
                f"{name} line {row.line}: more values than columns: put text with commas in quotes"
            )
        yield f"line {row.line}", row.cells


def _toml_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yields the line, for messages, and the values of each `[[override]]` table by key."""
    document = parse_toml(text, name)
    entries = document.pop("override", None)
    if document or not isinstance(entries, list):
        raise UsageError(
            f"{name}: expected only [[override]] tables; `override = []` withdraws all overrides"
        )
    headers = [text.count("\n", 0, match.start()) + 1 for match in _TOML_HEADER.finditer(text)]
    for number, entry in enumerate(entries):
        # tables in an inline array have no header, and tomllib gives no line numbers
        line = f"line {headers[number]}" if len(headers) == len(entries) else f"row {number + 1}"
        if not isinstance(entry, dict):
            raise UsageError(f"{name} {line}: must be a table with {', '.join(_COLUMNS)}")
        _refuse_unknown(list(entry), "key", f"{name} {line}")
        yield line, {key: _toml_text(key, value, f"{name} {line}") for key, value in entry.items()}


_CODE_LIMIT = 10**8
"""GICS codes have eight digits at most."""


def _toml_text(key: str, value: Any, where: str) -> str:
    """Returns a TOML value as text. Raises `UsageError` for one that must be quoted.

    Codes and flags may be numbers and booleans. A ticker may not: a number drops leading zeros.
    """
    if key == "value" and isinstance(value, bool | int) and abs(value) < _CODE_LIMIT:
        return str(value).lower()
    if not isinstance(value, str):
        raise UsageError(f"{where}: {key} must be text, in quotes")
    return sanitize(value)


def _refuse_unknown(names: Sequence[str], noun: str, where: str) -> None:
    for name in names:
        if name not in _COLUMNS:
            allowed = ", ".join(_COLUMNS)
            raise UsageError(f"{where}: unknown {noun} {sanitize(name)!r}: use {allowed}")


def _by_stock(
    rows: Iterator[tuple[str, Mapping[str, str]]], name: str
) -> Mapping[StockKey, Override]:
    """Merges the rows of each stock. Raises `UsageError` for rows that contradict each other."""
    values: dict[StockKey, dict[str, str]] = {}
    reasons: dict[StockKey, list[str]] = {}
    lines: dict[StockKey, str] = {}
    for line, row in rows:
        where = f"{name} {line}"
        key = _key(row, where)
        field = row.get("field", "").lower()
        value = _value(field, row.get("value", ""), where)
        words = values.setdefault(key, {})
        if field in words:
            raise UsageError(f"{where}: {field} of {':'.join(key)} is given twice: keep one")
        words[field] = value
        codes = [words[level] for level in LEVELS if level in words]
        if any(not codes[-1].startswith(code) for code in codes):
            raise UsageError(
                f"{where}: {field} of {':'.join(key)} contradicts an earlier row: "
                f"{' and '.join(codes)} are not in the same GICS branch"
            )
        reason = row.get(REASON, "")
        if reason and reason not in reasons.setdefault(key, []):
            reasons[key].append(reason)
        lines.setdefault(key, line)
    return {
        key: Override(words | _reason(reasons.get(key, [])), lines[key])
        for key, words in values.items()
    }


def _reason(reasons: Sequence[str]) -> dict[str, str]:
    return {REASON: "; ".join(reasons)} if reasons else {}


def _key(row: Mapping[str, str], where: str) -> StockKey:
    region, ticker = row.get("region", "").upper(), row.get("ticker", "")
    if not FACTS["region"].accepts(region):
        raise UsageError(f"{where}: region {region!r}: {FACTS['region'].advice}")
    if not is_ticker(ticker):
        raise UsageError(f"{where}: ticker {ticker!r}: write it as in the venue's list")
    return StockKey(region, ticker)


def _value(field: str, text: str, where: str) -> str:
    """Returns a GICS code, or `yes` or `no` for a flag. Raises `UsageError` for anything else."""
    if field in FLAGS:
        if text.lower() in (*_YES, *_NO):
            return "yes" if text.lower() in _YES else "no"
        raise UsageError(f"{where}: {field} {text!r}: write yes or no, true or false, 1 or 0")
    if field not in FIELDS:
        raise UsageError(f"{where}: field {field!r}: choose from {', '.join(FIELDS)}")
    code = gics.find_code(text, _TABLES[field])
    if code is None:
        examples = list(_TABLES[field].items())[:2]
        shown = ", ".join(f"{name} ({code})" for code, name in examples)
        raise UsageError(
            f"{where}: {field} {text!r}: write the name or code of a GICS {field.replace('_', ' ')}"
            f" of 2023, such as {shown}"
        )
    return code

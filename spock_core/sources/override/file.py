"""What a user's overrides file says: TOML or CSV in, one value a stock out. Pure but for reading.

Each row has region, ticker, field, value and reason. A row that cannot be meant as it stands is an
error that names its line: what a user wrote by hand is better corrected than passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from spock_core.classification import gics
from spock_core.domain.errors import UsageError
from spock_core.domain.source import REASON
from spock_core.domain.stock import StockKey
from spock_core.domain.text import sanitize
from spock_core.settings.user_files import read_csv, read_text
from spock_core.sources.override.source import FLAGS, LEVELS

FIELDS = (*LEVELS, *FLAGS)
_TABLES: dict[str, dict[str, str]] = {
    "sector": gics.SECTORS,
    "industry_group": gics.INDUSTRY_GROUPS,
    "industry": gics.INDUSTRIES,
}
_NEEDED = ("region", "ticker", "field", "value")
_COLUMNS = (*_NEEDED, REASON)
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_LONGEST_TICKER = 32
_TOML_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*override[ \t]*\]\]", re.MULTILINE)


class Override(NamedTuple):
    """What the user says of one stock."""

    words: Mapping[str, str]
    """Codes and flags by field, and the `reason`: the words of its observation."""
    line: str
    """Where it stands first: `line 4`."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """A whole overrides file."""

    name: str
    """How messages name it."""
    by_stock: Mapping[StockKey, Override]


def read_overrides(path: Path) -> Overrides:
    """Reads an overrides file. Raises `UsageError`, naming the line and what is allowed."""
    name = f"overrides file {path}"
    kind = path.suffix.lower()
    if kind not in (".csv", ".toml"):
        raise UsageError(f"{name}: its name must end in .csv or .toml")
    text = read_text(path, name)
    rows = _csv_rows(text, name) if kind == ".csv" else _toml_rows(text, name)
    return Overrides(name, _by_stock(rows, name))


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    columns, rows = read_csv(text, name)
    for column in _NEEDED:
        if column not in columns:
            raise UsageError(f"{name} line 1: no column {column!r}: it has {', '.join(_COLUMNS)}")
    _refuse_others([column for column in columns if column], f"{name} line 1")
    for row in rows:
        if row.surplus:
            raise UsageError(
                f"{name} line {row.line}: more values than columns: put text with commas in quotes"
            )
        yield f"line {row.line}", row.cells


def _toml_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    import tomllib

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not TOML: {sanitize(str(error))}") from error
    entries = document.pop("override", None)
    if document or not isinstance(entries, list):
        raise UsageError(
            f"{name}: expected tables [[override]] alone; `override = []` withdraws all"
        )
    headers = [text.count("\n", 0, found.start()) + 1 for found in _TOML_HEADER.finditer(text)]
    for number, entry in enumerate(entries):
        # written as one array, tables have no header of their own
        line = f"line {headers[number]}" if len(headers) == len(entries) else f"row {number + 1}"
        if not isinstance(entry, dict):
            raise UsageError(f"{name} {line}: must be a table with {', '.join(_COLUMNS)}")
        _refuse_others(list(entry), f"{name} {line}")
        yield line, {key: _toml_text(key, value, f"{name} {line}") for key, value in entry.items()}


_LARGEST_CODE = 10**8
"""GICS codes have eight digits at most."""


def _toml_text(key: str, value: Any, where: str) -> str:
    """Codes and flags need no quotes; a ticker does: 00700 as a number would be another."""
    if key == "value" and isinstance(value, bool | int) and abs(value) < _LARGEST_CODE:
        return str(value).lower()
    if not isinstance(value, str):
        raise UsageError(f"{where}: {key} must be text, in quotes")
    return sanitize(value)


def _refuse_others(names: Sequence[str], where: str) -> None:
    for name in names:
        if name not in _COLUMNS:
            raise UsageError(f"{where}: there is no {sanitize(name)!r}: use {', '.join(_COLUMNS)}")


def _by_stock(
    rows: Iterator[tuple[str, Mapping[str, str]]], name: str
) -> Mapping[StockKey, Override]:
    said: dict[StockKey, dict[str, str]] = {}
    reasons: dict[StockKey, list[str]] = {}
    lines: dict[StockKey, str] = {}
    for line, row in rows:
        where = f"{name} {line}"
        key = _key(row, where)
        field = row.get("field", "").lower()
        value = _value(field, row.get("value", ""), where)
        words = said.setdefault(key, {})
        if field in words:
            raise UsageError(f"{where}: {field} of {':'.join(key)} is said twice: keep one")
        words[field] = value
        codes = [words[level] for level in LEVELS if level in words]
        if any(not codes[-1].startswith(code) for code in codes):
            raise UsageError(
                f"{where}: {field} of {':'.join(key)} contradicts what an earlier row says: "
                f"{' and '.join(codes)} do not hold each other"
            )
        reason = row.get(REASON, "")
        if reason and reason not in reasons.setdefault(key, []):
            reasons[key].append(reason)
        lines.setdefault(key, line)
    return {
        key: Override(words | _reason(reasons.get(key, [])), lines[key])
        for key, words in said.items()
    }


def _reason(reasons: Sequence[str]) -> dict[str, str]:
    return {REASON: "; ".join(reasons)} if reasons else {}


def _key(row: Mapping[str, str], where: str) -> StockKey:
    region, ticker = row.get("region", "").upper(), row.get("ticker", "")
    if not re.fullmatch(r"[A-Z]{2}", region):
        raise UsageError(f"{where}: region {region!r}: write its code of two letters")
    if not 0 < len(ticker) <= _LONGEST_TICKER:
        raise UsageError(f"{where}: ticker {ticker!r}: write it as the venue's list has it")
    return StockKey(region, ticker)


def _value(field: str, text: str, where: str) -> str:
    """The code, or `yes` or `no`."""
    if field in FLAGS:
        if text.lower() in (*_YES, *_NO):
            return "yes" if text.lower() in _YES else "no"
        raise UsageError(f"{where}: {field} {text!r}: write yes or no, true or false, 1 or 0")
    if field not in FIELDS:
        raise UsageError(f"{where}: field {field!r}: choose from {', '.join(FIELDS)}")
    code = gics.find_code(text, _TABLES[field])
    if code is None:
        examples = list(_TABLES[field].items())[:2]
        told = ", ".join(f"{name} ({code})" for code, name in examples)
        raise UsageError(
            f"{where}: {field} {text!r}: write the name or code of a GICS {field.replace('_', ' ')}"
            f" of 2023, such as {told}"
        )
    return code

"""Tables that a source downloads: how their files are named and read, and what their rows say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from spock_core.domain.market import ListState

Row: TypeAlias = Mapping[str, str]
"""The cells of a row by the heading of their column, without white space around them. Each row has
all headings of its table: a cell that a short line lacks is empty."""


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """Text with a heading line, such as CSV."""

    separator: str = ","
    encoding: str = "utf-8-sig"
    footer: str = ""
    """How the last line begins, if the file has one that is no row: without it, the file is cut."""


@dataclass(frozen=True, slots=True)
class JsonRecords:
    """A JSON document with a list of objects, or of arrays whose headings are listed once."""

    rows: tuple[str, ...] = ()
    """The keys that lead to the rows; none if the document is the rows itself. They may be an
    array, or an object whose values are the rows."""
    headings: tuple[str, ...] = ()
    """The keys that lead to the headings, if the rows are arrays."""
    pages: tuple[str, ...] = ()
    """The keys that lead to the number of pages, if the table has several: see `TableFile`."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The first sheet of an XLS or XLSX workbook. Reading one needs `spock-core[workbooks]`."""


TableFormat: TypeAlias = DelimitedText | JsonRecords | Workbook


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of a table source.

    If its format has pages, `{page}` in the name and the address stands for the number of a page,
    from 1.
    """

    name: str
    """Its documented name, which it has in a folder of `--tables-url`: `data_j.xls`."""
    address: str
    """Its web address."""
    format: TableFormat
    needs: tuple[str, ...]
    """Headings that it must have. Lines above the first one with all of them are its preamble."""
    optional: bool = False
    """Whether the source can do without it, as long as it has another file."""
    pattern: str = ""
    """In a local folder of `--tables-url`, all files whose name matches are read in its place:
    `*_holdings.csv`."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """HTTP headers that its server asks for. `{sec_contact}` in a value stands for that setting.
    They are sent to its own host alone, not where it redirects to another."""
    instead_of: str = ""
    """The name of an optional file: this one is only asked for if that cannot be had."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it was read."""

    name: str
    preamble: tuple[tuple[str, ...], ...]
    """The cells of the lines above the headings, such as `Updated as at 11/07/2025`."""
    rows: Sequence[Row]


class FileState(NamedTuple):
    """The version of a file that was applied last."""

    http: ListState = ListState()
    digest: str = ""
    """SHA-256 of its content, for servers that state no version and for local files."""


class TableRow(NamedTuple):
    """What a table says of one listing."""

    ticker: str
    """The ticker of the register."""
    words: Mapping[str, str]
    """The table's own values by name: they become the words of an `Observation`."""
    identifiers: Mapping[str, str] = MappingProxyType({})
    """Identifiers of the listing or its issuer by scheme: `{"ISIN": "US0378331005"}`."""


@dataclass(frozen=True, slots=True)
class SourceTerms:
    """What a source says of itself."""

    provider: str
    """The name under which its requests are counted. Sources with the same provider share its rate
    and its circuit breaker."""
    regions: tuple[str, ...]
    """The regions that it knows something about; empty for all."""
    tells: tuple[str, ...]
    """What it can tell: `sector`, `industry`, `security_type`, `identifiers`, `dates`, `spac`."""
    version: int = 1
    """Raise it if `rows` returns other rows for the same tables: they are then read again."""
    opt_in: bool = False
    """Whether it is used only if the user names it in `--opt-in` or `--sources`."""
    terms: str = ""
    """Under which terms its words may be kept, in a sentence."""
    requires: tuple[str, ...] = ()
    """Names of settings without which it is not asked: see `spock_settings`."""

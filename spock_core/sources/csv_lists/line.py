"""Parses the header and the lines of a CSV list."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence

from spock_core.domain import AssetType, Exchange, Listing
from spock_core.domain.bounds import LONGEST_NAME, is_symbol, is_ticker, lot_size_of
from spock_core.domain.errors import ListError
from spock_core.domain.market_checks import FACTS
from spock_core.domain.text import sanitize
from spock_core.sources.lines import LineError

ENCODING = "utf-8"
REQUIRED = ("ticker", "name")
OPTIONAL = ("name_local", "currency", "asset_type", "lot_size", "kis_sector_code",
            "is_depositary_receipt", "yahoo_symbol")  # fmt: skip
DATA_SOURCE = "csv"
_BOM = b"\xef\xbb\xbf"

_BOOLEANS = {
    "": False,
    "no": False,
    "false": False,
    "0": False,
    "yes": True,
    "true": True,
    "1": True,
}


def read_header(raw: bytes | None, name: str) -> tuple[str, ...]:
    """Returns the column names in lower case.

    Raises `ListError` for an unreadable header, a missing column or a duplicate column. `name` is
    the table's name in messages.
    """
    try:
        cells = _cells((raw or b"").removeprefix(_BOM).decode(ENCODING))
    except (UnicodeDecodeError, LineError):
        raise ListError(f"{name}: the first line is not a CSV header in UTF-8") from None
    columns = tuple(cell.strip().lower() for cell in cells)
    for column in REQUIRED:
        if column not in columns:
            found = sanitize(", ".join(columns), 80)
            raise ListError(
                f"{name}: the header has no column {column} (comma-separated; found: {found!r})"
            )
    for column in (*REQUIRED, *OPTIONAL):
        if columns.count(column) > 1:
            raise ListError(f"{name}: the header has two columns {column}")
    return columns


def read_line(raw: bytes, columns: Sequence[str], region: str, exchange: Exchange) -> Listing:
    """Returns the listing that a line describes. Raises `LineError` if it cannot be read."""
    try:
        text = raw.decode(ENCODING)
    except UnicodeDecodeError:
        row = dict(zip(columns, _cells(raw.decode(ENCODING, "replace")), strict=False))
        raise LineError("not UTF-8 text", _ticker(row, exchange)) from None
    cells = _cells(text)
    row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
    ticker = _ticker(row, exchange)
    if len(cells) != len(columns):
        # a line that ends with its ticker may be truncated within it
        is_whole = len(cells) > columns.index("ticker") + 1
        raise LineError(
            f"{len(cells)} columns instead of {len(columns)}", ticker if is_whole else None
        )
    if ticker is None:
        raise LineError("the ticker is missing or invalid")
    return Listing(
        region=region,
        ticker=ticker,
        name=sanitize(row["name"], LONGEST_NAME) or None,
        name_local=sanitize(row.get("name_local", ""), LONGEST_NAME) or None,
        exchange=exchange.mic,
        kis_exchange=exchange.kis_code,
        currency=_matching(row, "currency", FACTS["currency"].accepts, ticker) or exchange.currency,
        asset_type=_asset_type(row, ticker),
        lot_size=_lot_size(row, ticker) or exchange.lot_size,
        kis_sector_code=_matching(row, "kis_sector_code", FACTS["kis_sector_code"].accepts, ticker),
        is_depositary_receipt=_boolean(row, "is_depositary_receipt", ticker),
        data_source=DATA_SOURCE,
        yahoo_symbol=_matching(row, "yahoo_symbol", is_symbol, ticker),
    )


def _cells(text: str) -> list[str]:
    """Returns the cells of a line. Raises `LineError` if a quoted cell does not end on the line."""
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise LineError(f"not a line of CSV ({error})") from None


def _ticker(row: dict[str, str], exchange: Exchange) -> str | None:
    symbol = row.get("ticker", "").strip()
    ticker = exchange.ticker_prefix + symbol
    return ticker if symbol and is_ticker(ticker) else None


def _matching(
    row: dict[str, str], column: str, accepts: Callable[[object], bool], ticker: str
) -> str | None:
    """Returns the value of a column, or None if it is missing or empty.

    Raises `LineError` for a value that is not accepted.
    """
    value = row.get(column, "")
    if value and not accepts(value):
        raise _invalid(value, column, ticker)
    return value or None


def _lot_size(row: dict[str, str], ticker: str) -> int | None:
    value = row.get("lot_size", "")
    lot_size = lot_size_of(value)
    if value and lot_size is None:
        raise _invalid(value, "lot_size", ticker)
    return lot_size


def _invalid(value: str, column: str, ticker: str) -> LineError:
    return LineError(f"{sanitize(value, 40)!r} is not a valid {column}", ticker)


def _asset_type(row: dict[str, str], ticker: str) -> AssetType:
    value = row.get("asset_type", "").upper() or AssetType.STOCK.value
    if value not in AssetType.__members__:
        raise LineError(f"unknown asset_type {sanitize(value, 40)!r}", ticker)
    return AssetType[value]


def _boolean(row: dict[str, str], column: str, ticker: str) -> bool:
    value = row.get(column, "").lower()
    if value not in _BOOLEANS:
        raise LineError(f"{sanitize(value, 40)!r} in {column} is neither yes nor no", ticker)
    return _BOOLEANS[value]

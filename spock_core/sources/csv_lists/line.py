"""Reads one line of a CSV list, under the names that its header gave the columns."""

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

_ANSWERS = {
    "": False,
    "no": False,
    "false": False,
    "0": False,
    "yes": True,
    "true": True,
    "1": True,
}


def read_header(raw: bytes | None, name: str) -> tuple[str, ...]:
    """The names of the columns, in small letters. Raises `ListError` for a header that is none."""
    try:
        cells = _cells((raw or b"").removeprefix(_BOM).decode(ENCODING))
    except (UnicodeDecodeError, LineError):
        raise ListError(f"{name}: the first line is no header in UTF-8") from None
    columns = tuple(cell.strip().lower() for cell in cells)
    for column in REQUIRED:
        if column not in columns:
            held = sanitize(", ".join(columns), 80)
            raise ListError(
                f"{name}: the header has no column {column} (comma-separated; found: {held!r})"
            )
    for column in (*REQUIRED, *OPTIONAL):
        if columns.count(column) > 1:
            raise ListError(f"{name}: the header has two columns {column}")
    return columns


def read_line(raw: bytes, columns: Sequence[str], region: str, exchange: Exchange) -> Listing:
    """The listing that a line describes. Raises `LineError`."""
    try:
        text = raw.decode(ENCODING)
    except UnicodeDecodeError:
        found = dict(zip(columns, _cells(raw.decode(ENCODING, "replace")), strict=False))
        raise LineError("not UTF-8 text", _ticker(found, exchange)) from None
    cells = _cells(text)
    found = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
    ticker = _ticker(found, exchange)
    if len(cells) != len(columns):
        # a line that ends in its ticker may have been cut there
        whose = ticker if len(cells) > columns.index("ticker") + 1 else None
        raise LineError(f"{len(cells)} columns instead of {len(columns)}", whose)
    if ticker is None:
        raise LineError("no ticker, or a ticker that no venue would use")
    return Listing(
        region=region,
        ticker=ticker,
        name=sanitize(found["name"], LONGEST_NAME) or None,
        name_local=sanitize(found.get("name_local", ""), LONGEST_NAME) or None,
        exchange=exchange.mic,
        kis_exchange=exchange.kis_code,
        currency=_text(found, "currency", FACTS["currency"].accepts, ticker) or exchange.currency,
        asset_type=_asset_type(found, ticker),
        lot_size=_lot_size(found, ticker) or exchange.lot_size,
        kis_sector_code=_text(found, "kis_sector_code", FACTS["kis_sector_code"].accepts, ticker),
        is_depositary_receipt=_answer(found, "is_depositary_receipt", ticker),
        data_source=DATA_SOURCE,
        yahoo_symbol=_text(found, "yahoo_symbol", is_symbol, ticker),
    )


def _cells(text: str) -> list[str]:
    """One line is one instrument: a quotation that does not end on its line is damage."""
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise LineError(f"no line of a CSV table ({error})") from None


def _ticker(found: dict[str, str], exchange: Exchange) -> str | None:
    symbol = found.get("ticker", "").strip()
    ticker = exchange.ticker_prefix + symbol
    return ticker if symbol and is_ticker(ticker) else None


def _text(
    found: dict[str, str], column: str, accepts: Callable[[object], bool], ticker: str
) -> str | None:
    """Returns what a column says, or None if the column is missing or empty."""
    value = found.get(column, "")
    if value and not accepts(value):
        raise _refused(value, column, ticker)
    return value or None


def _lot_size(found: dict[str, str], ticker: str) -> int | None:
    value = found.get("lot_size", "")
    lot_size = lot_size_of(value)
    if value and lot_size is None:
        raise _refused(value, "lot_size", ticker)
    return lot_size


def _refused(value: str, column: str, ticker: str) -> LineError:
    return LineError(f"{sanitize(value, 40)!r} is no {column}", ticker)


def _asset_type(found: dict[str, str], ticker: str) -> AssetType:
    value = found.get("asset_type", "").upper() or AssetType.STOCK.value
    if value not in AssetType.__members__:
        raise LineError(f"unknown asset_type {sanitize(value, 40)!r}", ticker)
    return AssetType[value]


def _answer(found: dict[str, str], column: str, ticker: str) -> bool:
    value = found.get(column, "").lower()
    if value not in _ANSWERS:
        raise LineError(f"{sanitize(value, 40)!r} in {column} is neither yes nor no", ticker)
    return _ANSWERS[value]

"""Reads one line of a CSV list, under the names that its header gave the columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from spock_core.domain import AssetType, Exchange, Listing
from spock_core.domain.bounds import LONGEST_NAME
from spock_core.domain.errors import ListError
from spock_core.domain.text import sanitize
from spock_core.sources.lines import LineError

ENCODING = "utf-8"
REQUIRED = ("ticker", "name")
OPTIONAL = ("name_local", "currency", "asset_type", "lot_size", "kis_sector_code",
            "is_depositary_receipt", "yahoo_symbol")  # fmt: skip
DATA_SOURCE = "csv"
_BOM = b"\xef\xbb\xbf"

_TICKER_FORM = re.compile(r"[!-~]{1,32}")
_CURRENCY_FORM = re.compile(r"[A-Z]{3}")
_SECTOR_FORM = re.compile(r"[0-9]{3}")
_LOT_FORM = re.compile(r"0*[1-9][0-9]{0,8}")
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
        currency=_form(found, "currency", _CURRENCY_FORM, ticker) or exchange.currency,
        asset_type=_asset_type(found, ticker),
        lot_size=int(_form(found, "lot_size", _LOT_FORM, ticker) or exchange.lot_size),
        kis_sector_code=_form(found, "kis_sector_code", _SECTOR_FORM, ticker),
        is_depositary_receipt=_answer(found, "is_depositary_receipt", ticker),
        data_source=DATA_SOURCE,
        yahoo_symbol=_form(found, "yahoo_symbol", _TICKER_FORM, ticker),
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
    return ticker if symbol and _TICKER_FORM.fullmatch(ticker) else None


def _form(found: dict[str, str], column: str, form: re.Pattern[str], ticker: str) -> str | None:
    """What a column says; None where it is missing or empty."""
    value = found.get(column, "")
    if value and not form.fullmatch(value):
        raise LineError(f"{sanitize(value, 40)!r} is no {column}", ticker)
    return value or None


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

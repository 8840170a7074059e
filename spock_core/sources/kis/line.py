"""Parses one line of a KIS master file: 23 tab-separated columns in 2022, 24 in 2025.

Source of the layout: `stocks_info/overseas_stock_code.py` in
https://github.com/koreainvestment/open-trading-api.
"""

from __future__ import annotations

import re
from functools import lru_cache

from spock_core.domain import AssetType, Exchange, Listing
from spock_core.domain.bounds import LONGEST_NAME, lot_size_of
from spock_core.domain.market_checks import FACTS
from spock_core.domain.text import sanitize
from spock_core.sources.lines import LineError

ENCODING = "cp949"
MIN_COLUMNS = 23
REPLACED = "\N{REPLACEMENT CHARACTER}"
"""Stands for a byte of a name that is not cp949."""
MOST_REPLACED = 3
"""Such bytes in the names of one line. A line with more is in another encoding."""

_REGION, _LIST, _SYMBOL = 0, 2, 4
_NAME_LOCAL, _NAME, _TYPE, _CURRENCY = 6, 7, 8, 9
_LOT, _IS_RECEIPT, _SECTOR, _ETP_KIND = 13, 17, 19, 22

_TYPES = {"1": AssetType.INDEX, "2": AssetType.STOCK, "3": AssetType.ETP, "4": AssetType.WARRANT}
_ETP_KINDS = {
    "001": AssetType.ETF,
    "002": AssetType.ETN,
    "003": AssetType.ETC,
    "005": AssetType.ETF,  # on volatility
    "006": AssetType.ETN,  # on volatility
}
"""004 means "other"; `000` and blanks mean that KIS does not state the kind."""
_NAMED_ETN = re.compile(r"\bETNS?\b")
_NAMED_ETF = re.compile(r"ETFS?\b|\bEXCHANGE TRADED FUNDS?\b")
"""Some issuers join `ETF` to their brand: `IFREEETF`."""
_NAMED_NOTES = re.compile(r"\bNOTES\b")

_SYMBOL_FORM = re.compile(r"[!-~]{1,20}")
"""Narrower than a ticker: KIS's column holds 16 characters (`symb[16+1]` in its C header for these
files), and the longest real symbol has 8. With any `ticker_prefix` it is still a ticker."""


def read_line(raw: bytes, region: str, exchange: Exchange) -> Listing:
    """Returns the listing that a line describes. Raises `LineError` if it cannot be read."""
    try:
        columns = raw.decode(ENCODING).split("\t")
    except UnicodeDecodeError:
        # no character of cp949 contains a tab: a wrong byte spoils its own column alone
        columns = [column.decode(ENCODING, errors="replace") for column in raw.split(b"\t")]
        if _is_odd(columns):
            raise LineError("not cp949 text", _ticker_of(columns, region, exchange)) from None
    if len(columns) < MIN_COLUMNS:
        raise LineError(
            f"{len(columns)} columns instead of {MIN_COLUMNS} or more",
            _ticker_of(columns, region, exchange),
        )
    if columns[_REGION] != region or columns[_LIST] != exchange.kis_code:
        raise LineError(
            f"belongs to {sanitize(columns[_REGION])} {sanitize(columns[_LIST])}, "
            f"not to {region} {exchange.kis_code}"
        )
    ticker = _ticker_of(columns, region, exchange)
    if ticker is None:
        raise LineError("the symbol is missing or invalid")
    asset_type = _TYPES.get(columns[_TYPE])
    if asset_type is None:
        raise LineError(f"unknown security type {sanitize(columns[_TYPE])!r}", ticker)
    if asset_type is AssetType.ETP:
        named = _etp_by_name(columns[_NAME], columns[_NAME_LOCAL])
        asset_type = _ETP_KINDS.get(columns[_ETP_KIND], named)
    return Listing(
        region=region,
        ticker=ticker,
        name=sanitize(columns[_NAME], LONGEST_NAME) or None,
        name_local=sanitize(columns[_NAME_LOCAL], LONGEST_NAME) or None,
        exchange=exchange.mic,
        kis_exchange=exchange.kis_code,
        currency=_stated("currency", columns[_CURRENCY]) or exchange.currency,
        asset_type=asset_type,
        lot_size=lot_size_of(columns[_LOT].strip()) or exchange.lot_size,
        kis_sector_code=_stated("kis_sector_code", columns[_SECTOR]),
        is_depositary_receipt=columns[_IS_RECEIPT] == "Y",
    )


@lru_cache(maxsize=1_000)  # a list has few different ones
def _stated(field: str, column: str) -> str | None:
    """Returns what a column states of a field of the listing; None if it is nothing valid."""
    text = column.strip()
    return text if FACTS[field].accepts(text) else None


def _is_odd(columns: list[str]) -> bool:
    """Whether bytes could not be decoded outside of the names, or more than a few in the names."""
    names = columns[_NAME_LOCAL : _NAME + 1]
    odd_in_names = sum(name.count(REPLACED) for name in names)
    odd = sum(column.count(REPLACED) for column in columns)
    return odd > odd_in_names or odd > MOST_REPLACED


def _etp_by_name(*names: str) -> AssetType:
    """Returns the kind of product by its names. Tokyo's list and some lines of others have no code
    for the kind.

    Both names are searched, because the English ones are truncated. `NOTES` counts last, because
    some funds hold notes.
    """
    words = " ".join(names).upper()
    if _NAMED_ETN.search(words):
        return AssetType.ETN
    if _NAMED_ETF.search(words):
        return AssetType.ETF
    return AssetType.ETN if _NAMED_NOTES.search(words) else AssetType.ETP


def _ticker_of(columns: list[str], region: str, exchange: Exchange) -> str | None:
    """Returns the ticker if the line has a valid one, so that a damaged line still names it."""
    if len(columns) <= _SYMBOL + 1 or columns[_REGION] != region:
        return None  # a line that ends with its symbol may be truncated within it
    symbol = columns[_SYMBOL].strip()
    return exchange.ticker_prefix + symbol if _SYMBOL_FORM.fullmatch(symbol) else None

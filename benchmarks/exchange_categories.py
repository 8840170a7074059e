"""Pairs of security types: by the lists that HKEX and JPX publish, and by Spock.

The lists are workbooks, which are read with `python-calamine`. It is not a dependency of the
project; without it, or without the files, there are no pairs.
"""

from __future__ import annotations

import importlib
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.real_data import Register
from spock_core.domain import AssetType, Listing, Market

HKEX = "registers/hkex-ListOfSecurities-2025-07.xlsx"
JPX = "registers/jpx-data_j-2025-05.xls"

_HKEX_CATEGORIES = {
    "Equity": "share",
    "Real Estate Investment Trusts": "reit",
    "Exchange Traded Products": "fund",
    "Equity Warrants (Main Board)": "warrant",
    "Equity Warrants (GEM)": "warrant",
}
_SHARES = ("common", "preferred", "right", "unit")
"""The types of HKEX's category Equity, which it does not distinguish."""


def hkex_pairs(register: Register, data: Path) -> list[tuple[str, str]]:
    """Returns HKEX's category and the register's type of each listing that both have."""
    return [
        (category, _as_hkex_says(register["HK", ticker]["security_type"]))
        for ticker, _, category in _hkex(data)
        if ("HK", ticker) in register
    ]


def hkex_name_pairs(market: Market, data: Path) -> list[tuple[str, str]]:
    """Returns HKEX's category of all its listings, and the type by the short name alone.

    KIS's English names are HKEX's short names, so this also measures the rules on listings that the
    half of KIS's file lacks. The type in the list (stock or fund) is given to the rules.
    """
    [exchange] = market.exchanges
    types = {"fund": AssetType.ETF, "reit": AssetType.ETP}
    pairs = []
    for ticker, name, category in _hkex(data):
        listed_as = types.get(category, AssetType.STOCK)
        listing = Listing(
            "HK", ticker, name, name, exchange.mic, exchange.kis_code, "HKD", listed_as, 100
        )
        pairs.append((category, _as_hkex_says(market.security_type(listing))))
    return pairs


def jpx_pairs(register: Register, data: Path) -> list[tuple[str, str]]:
    """Returns the type by JPX's list and by the register of each listing that both have."""
    return [
        (_jpx_type(row), str(register["JP", ticker]["security_type"]))
        for ticker, row in _jpx(data)
        if ("JP", ticker) in register
    ]


def _hkex(data: Path) -> Iterator[tuple[str, str, str]]:
    """Yields code, short name and category of all listings but structured products and bonds."""
    for row in _rows(data / HKEX, "Stock Code"):
        category = _HKEX_CATEGORIES.get(row["Category"])
        if row["Sub-Category"] == "Depositary Receipts":
            category = "depositary_receipt"
        if category is not None:
            yield row["Stock Code"], row["Name of Securities"].strip(), category


def _as_hkex_says(kind: str) -> str:
    return "share" if kind in _SHARES else str(kind)


def _jpx(data: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    for row in _rows(data / JPX, "コード"):
        yield row["コード"].removesuffix(".0"), row


def _jpx_type(row: Mapping[str, str]) -> str:
    """Returns the type by segment and name.

    JPX has one segment for REITs and infrastructure funds, one for ETFs and ETNs, and none for
    preferred shares and depositary receipts.
    """
    segment = row["市場・商品区分"]
    name = unicodedata.normalize("NFKC", row["銘柄名"])
    if segment.startswith("REIT"):
        return "fund" if "インフラ" in name else "reit"
    if segment == "ETF・ETN":
        return "note" if "ETN" in name else "fund"
    if "種類株" in name or "優先" in name:
        return "preferred"
    return "depositary_receipt" if name.endswith("JDR") else "common"


def _rows(path: Path, heading: str) -> Iterator[dict[str, str]]:
    """Yields the rows of a workbook's first sheet by heading, and none if it cannot be read."""
    try:
        calamine: Any = importlib.import_module("python_calamine")
    except ModuleNotFoundError:
        return
    if not path.exists():
        return
    rows = calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    start = next(number for number, row in enumerate(rows) if heading in row)
    headings = rows[start]
    for row in rows[start + 1 :]:
        yield {str(name): str(value) for name, value in zip(headings, row, strict=True)}

"""Made-up tables of HKEX and Eastmoney, for the sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping

from spock_core import AssetType, Listing, SecurityType, workbook_of
from spock_hk.eastmoney import BETWEEN_LEVELS, CODE, FILE, INDUSTRY, current_names
from spock_hk.hkex import FILE as HKEX_FILE
from spock_hk.hkex import REIT, WORDS

PAGE_SIZE = 500
"""Rows of one of Eastmoney's pages."""
_CATEGORIES = {
    SecurityType.REIT: (REIT, ""),
    SecurityType.DEPOSITARY_RECEIPT: ("Equity", "Depositary Receipts"),
    SecurityType.FUND: ("Exchange Traded Products", "Exchange Traded Funds"),
}
"""Category and sub-category of a type; of all others, that of shares."""
_SHARES = ("Equity", "Equity Securities (Main Board)")


def hkex_table(businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns a workbook as HKEX's: two lines above the headings, and a warrant at the end."""
    lines: list[tuple[str, ...]] = [("List of Securities",), ("Updated as at 11/07/2025",)]
    lines.append(("Stock Code", *WORDS.values(), "ISIN"))
    for listing in businesses:
        kind = listing.security_type or SecurityType.COMMON
        category, sub_category = _CATEGORIES.get(kind, _SHARES)
        name, lot = listing.name or "", f"{listing.lot_size:,}"
        lines.append(
            (
                listing.ticker, name, category, sub_category, lot, "HKD 0.1000", "HKD", "",
                made_up_isin(listing.ticker),
            )
        )  # fmt: skip
    lines.append(("13000", "SOMEBODY", "Derivative Warrants", "", "10,000", "", "HKD", "", ""))
    return {HKEX_FILE: workbook_of(lines)}


def made_up_isin(ticker: str) -> str:
    """Returns an ISIN of Hong Kong (ISO 6166) with its check digit, made of a stock code."""
    body = f"HK{ticker[-9:]:0>9}"
    digits = "".join(str(int(character, 36)) for character in body)
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return f"{body}{-sum(sum(divmod(number, 10)) for number in doubled) % 10}"


def eastmoney_table(businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns the pages of Eastmoney's table, with the industry of each stock."""
    rows = [
        {CODE: listing.ticker, INDUSTRY: _path(business)}
        for listing, business in businesses.items()
        if listing.asset_type is AssetType.STOCK
    ]
    pages = [rows[start : start + PAGE_SIZE] for start in range(0, len(rows), PAGE_SIZE)]
    return {
        FILE.format(page=number): json.dumps(
            {
                "success": True,
                "result": {"pages": len(pages), "count": len(rows), "data": page},
            },
            ensure_ascii=False,
        ).encode()
        for number, page in enumerate(pages, start=1)
    }


def _path(business: str) -> str:
    """Returns the Chinese names of a code's levels, with its own once more as sub-industry."""
    names = [current_names()[business[:digits]] for digits in (2, 4, 6) if business[digits - 1 :]]
    return BETWEEN_LEVELS.join([*names, names[-1]])

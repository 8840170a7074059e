"""The recipe for made-up Vietnamese lists, with the counts and shares of KIS's files of 2025-06,
and made-up tables of VNDIRECT's industries."""

from __future__ import annotations

import json
from collections.abc import Mapping

from spock_core import AssetType, Listing, ListRecipe, Recipe
from spock_vn.vndirect import CODE, FILE, LEVELS, NAME, TICKERS, meanings

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _letters(number: int, length: int) -> str:
    ticker = ""
    for _ in range(length):
        number, place = divmod(number, 26)
        ticker = _ALPHABET[place] + ticker
    return ticker


def ho_chi_minh_ticker(number: int) -> str:
    """Returns some tickers of three letters from AAA on, then those of five.

    Some of them are US tickers too.
    """
    return _letters(number * 11, 3) if number * 11 < 26**3 else _letters(number, 5)


def hanoi_ticker(number: int) -> str:
    """Returns two letters and a digit, then five and a digit; the other list has none of them."""
    if number < 26 * 26 * 10:
        return _letters(number // 10, 2) + str(number % 10)
    return _letters(number // 10, 5) + str(number % 10)


RECIPE = Recipe(
    region="VN",
    legal_forms=("JSC", "JOINT STOCK COMPANY", "CORP"),
    lists=(
        ListRecipe(
            "HSX",
            ho_chi_minh_ticker,
            stocks=394,
            funds=18,
            unclassified=0.30,
            lots=(100,),
            country_id="70",
            local_name="호치민",
            decimals=0,
            first_fund=1_200,
        ),
        ListRecipe(
            "HNX",
            hanoi_ticker,
            stocks=312,
            unclassified=0.33,
            lots=(100,),
            country_id="71",
            local_name="하노이",
            decimals=0,
        ),
    ),
)


def vndirect_tables(businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns the tables of the three levels, with the industry of each stock on all of them."""
    tickers: dict[int, dict[str, list[str]]] = {level: {} for level in LEVELS}
    for number, (listing, business) in enumerate(businesses.items()):
        if listing.asset_type is AssetType.STOCK:
            codes = [code for code in _subsectors() if _sector_of(code) == business[:2]]
            code = codes[number % len(codes)]
            for level in LEVELS:
                of_level = tickers[level].setdefault(code[:level].ljust(4, "0"), [])
                of_level.append(listing.ticker)
    return {FILE.format(level=level): _document(level, found) for level, found in tickers.items()}


def _document(level: int, tickers: Mapping[str, list[str]]) -> bytes:
    rows = [
        {CODE: code, "industryLevel": str(level), NAME: f"ICB {code}", TICKERS: ",".join(those)}
        for code, those in sorted(tickers.items())
    ]
    return json.dumps({"data": rows, "totalElements": len(rows)}).encode()


def _subsectors() -> list[str]:
    return [code for code in meanings() if not code.endswith("0")]


def _sector_of(code: str) -> str:
    return meanings()[code].gics_code[:2]

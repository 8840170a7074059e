"""The recipe for made-up Vietnamese lists, with the counts and shares of KIS's files of 2025-06."""

from __future__ import annotations

from spock_core import ListRecipe, Recipe

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

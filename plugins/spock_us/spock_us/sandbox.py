"""The recipe for made-up US lists, with the counts and shares of KIS's files of 2025-06."""

from __future__ import annotations

from spock_core import ListRecipe, Offshoot, Recipe, SecurityType


def letters(number: int, length: int) -> str:
    """Returns a number as a ticker with this number of letters."""
    ticker = ""
    for _ in range(length):
        number, letter = divmod(number, 26)
        ticker = chr(ord("A") + letter) + ticker
    return ticker


def four_letters(number: int) -> str:
    """Returns all tickers of four letters in a mixed order, then those of five."""
    if number < 26**4:
        return letters(number * 78_541 % 26**4, 4)
    return letters(number, 5)


def three_letters(number: int) -> str:
    """Returns all tickers of three letters in a mixed order, then those of four.

    Some of them are Vietnamese tickers too.
    """
    if number < 26**3:
        return letters(number * 3_557 % 26**3, 3)
    return four_letters(number)


_UNIT_NAME = "{name} UNIT 1 CL A & 1/2 WT"
_PREFERRED_NAME = "{name} {rate}% CUM RED PFD SER {letter}"
_NOTE_NAME = "{name} {rate}% SENIOR NOTES DUE 15/06/2058"
_WARRANT_NAME = "{name} C/WTS 31/12/2027 (TO PUR COM)"

RECIPE = Recipe(
    region="US",
    legal_forms=("INC", "CORP", "CO", "LTD", "HOLDINGS INC", "GROUP INC"),
    lists=(
        ListRecipe(
            "NAS",
            four_letters,
            stocks=3_732,
            funds=882,
            unclassified=0.48,
            spacs=0.045,
            receipts=0.05,
            offshoots=(
                Offshoot(SecurityType.PREFERRED, 0.024, "{root}{letter}P", _PREFERRED_NAME),
                Offshoot(SecurityType.UNIT, 0.022, "{root}U", _UNIT_NAME, of_spacs=True),
                Offshoot(SecurityType.WARRANT, 0.023, "{root}W", _WARRANT_NAME),
                Offshoot(SecurityType.NOTE, 0.014, "{root}{letter}L", _NOTE_NAME),
            ),
            country_id="22",
            local_name="나스닥",
            decimals=4,
            hours=("930", "1600"),
        ),
        ListRecipe(
            "NYS",
            three_letters,
            stocks=2_437,
            funds=350,
            unclassified=0.22,
            spacs=0.015,
            receipts=0.09,
            offshoots=(
                Offshoot(SecurityType.PREFERRED, 0.14, "{root}/{letter}", _PREFERRED_NAME),
                Offshoot(SecurityType.UNIT, 0.007, "{root}/UN", _UNIT_NAME, of_spacs=True),
                Offshoot(SecurityType.NOTE, 0.03, "{root}{letter}N", _NOTE_NAME),
                Offshoot(SecurityType.COMMON, 0.01, "{root}/{letter}", "{name} CLASS {letter}"),
            ),
            country_id="21",
            local_name="뉴욕",
            decimals=4,
            hours=("930", "1600"),
        ),
        ListRecipe(
            "AMS",
            four_letters,
            stocks=267,
            funds=3_284,
            unclassified=0.30,
            spacs=0.02,
            receipts=0.03,
            offshoots=(Offshoot(SecurityType.PREFERRED, 0.08, "{root}/{letter}", _PREFERRED_NAME),),
            country_id="23",
            local_name="아멕스",
            decimals=4,
            hours=("930", "1600"),
        ),
    ),
)

"""The recipe for a made-up Tokyo list, with the counts and shares of KIS's file of 2025-06."""

from __future__ import annotations

from spock_core import IssuerKind, ListRecipe, Offshoot, Recipe, SecurityType

_LETTERED = 8_700
"""The number of the first ticker with a letter."""


def ticker(number: int) -> str:
    """Returns numbers from 1300 on, then codes that end with a letter, then longer numbers."""
    if number < _LETTERED:
        return str(1300 + number)
    place = number - _LETTERED
    if place < 26 * 900:
        return f"{100 + place // 26}{chr(ord('A') + place % 26)}"
    return str(1_000_000 + number)


RECIPE = Recipe(
    region="JP",
    legal_forms=("CO. LTD.", "CORPORATION", "INC.", "HOLDINGS INC."),
    lists=(
        ListRecipe(
            "TSE",
            ticker,
            stocks=4_039,
            funds=384,
            unclassified=0.21,
            issuers=(
                IssuerKind(
                    SecurityType.REIT,
                    57,
                    "{name} REIT INVESTMENT CORPORATION",
                    "{local}리츠",
                    sector_code="630",
                ),
                IssuerKind(
                    SecurityType.FUND,
                    5,
                    "{name} INFRASTRUCTURE FUND INC.",
                    "{local}인프라펀드",
                ),
                IssuerKind(SecurityType.DEPOSITARY_RECEIPT, 2, "{name} LIMITED JDR"),
            ),
            offshoots=(
                Offshoot(
                    SecurityType.PREFERRED,
                    0.0015,
                    "{root}5",
                    "SERIES 1 BOND-TYPE CLASS SHARES OF {name}",
                    "{local} 우선주",
                ),
            ),
            lots=(100,),
            country_id="6",
            local_name="도쿄",
            decimals=1,
            hours=("900", "1530"),
            first_fund=5_000,
        ),
    ),
)

"""The recipe for a made-up Tokyo list, with the counts and shares of KIS's file of 2025-06, and a
made-up list of issues as JPX's."""

from __future__ import annotations

from collections.abc import Mapping

from spock_core import (
    AssetType,
    IssuerKind,
    Listing,
    ListRecipe,
    Offshoot,
    Recipe,
    SecurityType,
    workbook_of,
)
from spock_jp.jpx import CODE, FILE, FUNDS, NONE, SECTOR, SEGMENT, WORDS, meanings

PRIME = "プライム\uff08内国株式\uff09"
"""The segment of large domestic companies."""
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


def jpx_table(businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns a workbook with the segment of each issue, the sector of those that have one, and a
    name that tells an infrastructure fund."""
    lines = [(CODE, WORDS["name"], SEGMENT, SECTOR)]
    for number, (listing, business) in enumerate(businesses.items()):
        if listing.asset_type is not AssetType.STOCK:
            lines.append((listing.ticker, "上場投信", "ETF・ETN", NONE))
        elif listing.security_type is SecurityType.REIT:
            lines.append((listing.ticker, "投資法人", FUNDS, NONE))
        elif listing.security_type is SecurityType.FUND:
            lines.append((listing.ticker, "インフラファンド投資法人", FUNDS, NONE))
        else:
            sectors = [
                code for code, one in meanings().items() if business[:2] == one.gics_code[:2]
            ]
            sector = sectors[number % len(sectors)] if sectors else "9050"
            lines.append((listing.ticker, "株式会社", PRIME, sector))
    return {FILE: workbook_of(lines)}

"""How the sandbox makes up the Hong Kong list: counts and shares as in KIS's file of 2025-06."""

from __future__ import annotations

from spock_core import ListRecipe, Offshoot, Recipe, SecurityType


def ticker(number: int) -> str:
    """Five digits, from 00001."""
    return f"{number + 1:05d}"


RECIPE = Recipe(
    region="HK",
    legal_forms=("HOLDINGS", "GROUP", "INTL", "CHINA", "-S"),
    lists=(
        ListRecipe(
            "HKS",
            ticker,
            stocks=2_688,
            funds=340,
            warrants=129,
            unclassified=0.34,
            offshoots=(Offshoot(SecurityType.PREFERRED, 0.003, "4{root}", "{name} 20USDPREF"),),
            lots=(100, 200, 400, 500, 1_000, 2_000, 2_000, 4_000, 5_000, 10_000),
            currencies=("HKD",) * 24 + ("CNY",),
            country_id="12",
            local_name="홍콩",
            decimals=3,
            hours=("930", "1610"),
            first_fund=9_000,
        ),
    ),
)

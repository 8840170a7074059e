"""The recipe for a made-up Hong Kong list, with the counts and shares of KIS's file of 2025-06."""

from __future__ import annotations

from spock_core import AssetType, IssuerKind, ListRecipe, Offshoot, Recipe, SecurityType


def ticker(number: int) -> str:
    """Returns five digits, from 00001 on."""
    return f"{number + 1:05d}"


RECIPE = Recipe(
    region="HK",
    legal_forms=("HOLDINGS", "GROUP", "INTL", "CHINA"),
    lists=(
        ListRecipe(
            "HKS",
            ticker,
            stocks=2_688,
            funds=340,
            warrants=129,
            unclassified=0.34,
            issuers=(
                IssuerKind(
                    SecurityType.REIT,
                    11,
                    "{name} REIT",
                    sector_code="630",
                    list_type=AssetType.ETP,
                    etp_kind="004",
                ),
                IssuerKind(SecurityType.DEPOSITARY_RECEIPT, 1, "{name}-DRS"),
                IssuerKind(SecurityType.COMMON, 1, "{name}ACQ-Z", is_spac=True),
                IssuerKind(SecurityType.COMMON, 21, "{name}-W"),
                IssuerKind(SecurityType.COMMON, 7, "{name}-S"),
                IssuerKind(SecurityType.COMMON, 60, "{name}-B", sector_code="530"),
                IssuerKind(SecurityType.COMMON, 3, "{name}-SS"),
            ),
            offshoots=(
                Offshoot(SecurityType.PREFERRED, 0.003, "4{root}", "{name} 20USDPREF"),
                Offshoot(
                    SecurityType.COMMON,
                    0.009,
                    "8{tail}",
                    "{name}-R",
                    "{local}(RMB)",
                    currency="CNY",
                ),
            ),
            lots=(100, 200, 400, 500, 1_000, 2_000, 2_000, 4_000, 5_000, 10_000),
            country_id="12",
            local_name="홍콩",
            decimals=3,
            hours=("930", "1610"),
            first_fund=9_000,
        ),
    ),
)

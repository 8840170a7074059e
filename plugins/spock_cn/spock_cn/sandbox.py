"""The recipe for made-up Chinese lists, with the counts and shares of KIS's files of 2025-06, and
a made-up table of Shenwan's industries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from spock_cn.shenwan import FILE, INDUSTRY, SINCE, STOCK, codes_by_sector
from spock_core import AssetType, Listing, ListRecipe, Recipe, workbook_of


def numbered(*boards: int) -> Callable[[int], str]:
    """Returns a function for tickers: a thousand of each board, then some with seven digits."""

    def ticker(number: int) -> str:
        board, place = divmod(number, 1_000)
        if board < len(boards):
            return f"{boards[board] + place:06d}"
        return f"{1_000_000 + number:07d}"

    return ticker


RECIPE = Recipe(
    region="CN",
    legal_forms=("CO LTD", "GROUP CO LTD", "TECHNOLOGY CO", "HOLDING CO"),
    lists=(
        ListRecipe(
            "SHS",
            numbered(600_000, 601_000, 603_000, 605_000, 688_000, 510_000, 512_000),
            stocks=2_206,
            funds=666,
            unclassified=0.40,
            lots=(100, 100, 100, 1),
            country_id="16",
            local_name="상해",
            decimals=3,
            first_fund=5_000,
        ),
        ListRecipe(
            "SZS",
            numbered(0, 1_000, 2_000, 300_000, 301_000, 159_000, 160_000),
            stocks=2_869,
            funds=718,
            unclassified=0.45,
            lots=(100,),
            country_id="17",
            local_name="심천",
            decimals=3,
            first_fund=5_000,
        ),
        ListRecipe(
            "SHI",
            numbered(0),
            indices=64,
            country_id="116",
            local_name="상해지수",
            decimals=3,
        ),
        ListRecipe(
            "SZI",
            numbered(399_000),
            indices=28,
            country_id="117",
            local_name="심천지수",
            decimals=3,
        ),
    ),
)


def shenwan_table(businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns a workbook with the industry of each stock, and of some with an earlier one."""
    lines = [(STOCK, SINCE, INDUSTRY, "更新日期")]
    for number, (listing, business) in enumerate(businesses.items()):
        if listing.asset_type is AssetType.STOCK:
            codes = codes_by_sector()[business[:2]]
            code, earlier = codes[number % len(codes)], codes[(number + 1) % len(codes)]
            if number % 4 == 0:
                lines.append((listing.ticker, "2014-02-21", earlier, "2015-10-27 15:29:00"))
            lines.append((listing.ticker, "2021-07-30", code, "2025-10-10 11:17:00"))
    return {FILE: workbook_of(lines)}

"""A made-up fund for each market, for the sandbox."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from spock_core import AssetType, Listing, Market
from spock_holdings.matching import NEVER_HELD, form_of
from spock_holdings.source import (
    AS_OF,
    CLASS,
    CURRENCY,
    ENDING,
    EXCHANGE,
    NAME,
    SECTOR,
    SECTORS,
    TICKER,
    regions_by_exchange,
)

FUNDS = {"US": "ITOT", "JP": "IXUS", "HK": "ACWI", "CN": "IEMG"}
"""The fund that holds a market's made-up stocks: each holds those of one market alone."""


def holdings(market: Market, businesses: Mapping[Listing, str]) -> Mapping[str, bytes]:
    """Returns the holdings of a fund with every second share of a market, and cash."""
    fund = FUNDS.get(market.region)
    if fund is None:
        return {}
    names = {code: name for name, code in reversed(SECTORS.items())}
    [exchange, *_] = [
        name for name, region in regions_by_exchange().items() if region == market.region
    ]
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow([f"iShares {fund} made up"])
    out.writerow([AS_OF, "May 21, 2025"])
    out.writerow([TICKER, NAME, SECTOR, CLASS, EXCHANGE, "Currency", CURRENCY])
    for listing, business in list(businesses.items())[::2]:
        if listing.asset_type is AssetType.STOCK and listing.security_type not in NEVER_HELD:
            ticker, name = form_of(listing.ticker), listing.name
            sector = names[business[:2]]
            out.writerow([ticker, name, sector, "Equity", exchange, "USD", listing.currency])
    out.writerow(["USD", "USD CASH", "Cash and/or Derivatives", "Cash", "-", "USD", "USD"])
    out.writerow(["This information should not be relied upon as research."])
    return {f"{fund}{ENDING}": text.getvalue().encode("utf-8-sig")}

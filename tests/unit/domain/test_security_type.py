"""A listing's security type, and what follows from it for the type by its list."""

from __future__ import annotations

import pytest

from spock_core import AssetType, Exchange, Listing, Market, SecurityType
from spock_core.domain import with_security_type
from spock_core.testing import listing

MARKET = Market("ZZ", "Z", (Exchange("XXXX", "Z", "ZZD"),))


def typed(asset_type: AssetType, kind: SecurityType) -> Listing:
    return with_security_type(listing(MARKET, "A", asset_type=asset_type), kind)


@pytest.mark.parametrize("listed_as", ["ETP", "ETF", "ETC", "STOCK"])
def test_a_reit_is_a_stock_whatever_its_list_calls_it(listed_as):
    reit = typed(AssetType(listed_as), SecurityType.REIT)
    assert (reit.asset_type, reit.security_type) == (AssetType.STOCK, SecurityType.REIT)


@pytest.mark.parametrize(
    ("listed_as", "kind"),
    [("ETF", "fund"), ("ETN", "note"), ("STOCK", "fund"), ("INDEX", "index"), ("INDEX", "reit")],
)
def test_anything_else_stays_what_its_list_calls_it(listed_as, kind):
    one = typed(AssetType(listed_as), SecurityType(kind))
    assert (one.asset_type.value, one.security_type) == (listed_as, kind)

"""Who is believed for the kind of a security."""

from __future__ import annotations

import pytest

from spock_core.classification.kinds import BELIEFS, decide_kind
from spock_core.domain import AssetType, Claim, Listing, SecurityType
from tests.support.project import ROOT

KINDS = [kind for kind in SecurityType if kind is not SecurityType.INDEX]


def listing(kind: SecurityType, asset_type: AssetType = AssetType.STOCK) -> Listing:
    return Listing(
        "US", "AAA", "AAA INC", None, "XNAS", "NAS", "USD", asset_type, 1, security_type=kind
    )


def stated(kind: SecurityType, source: str = "b", asset_type: AssetType | None = None) -> Claim:
    return Claim(source, "", 1.0, "it says so", security_type=kind, asset_type=asset_type)


def test_every_kind_but_an_index_has_a_row_which_the_documentation_shows():
    assert sorted(belief.stated for belief in BELIEFS) == sorted(KINDS)
    text = (ROOT / "docs" / "classification.md").read_text("utf-8")
    table = text.split("| a register states |")[1].split("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    assert [row[0] for row in rows] == [f"`{belief.stated}`" for belief in BELIEFS]
    assert [row[2] for row in rows] == [belief.reason for belief in BELIEFS]


@pytest.mark.parametrize("kind", KINDS)
def test_the_markets_rule_counts_where_no_register_states_a_kind(kind):
    assert decide_kind(listing(kind), []) == (AssetType.STOCK, kind, None)


def test_a_register_that_says_common_is_not_believed_over_a_name_that_says_more():
    found = decide_kind(listing(SecurityType.PREFERRED), [stated(SecurityType.COMMON)])
    assert found == (AssetType.STOCK, SecurityType.PREFERRED, None)


def test_no_register_makes_a_security_of_an_index():
    index = listing(SecurityType.INDEX, AssetType.INDEX)
    assert decide_kind(index, [stated(SecurityType.WARRANT)])[1] is SecurityType.INDEX


def test_a_reit_among_exchange_traded_products_is_a_stock_and_a_fund_among_stocks_is_none():
    product = listing(SecurityType.FUND, AssetType.ETP)
    assert decide_kind(product, [stated(SecurityType.REIT)])[0] is AssetType.STOCK
    fund = stated(SecurityType.FUND, asset_type=AssetType.ETF)
    assert decide_kind(listing(SecurityType.COMMON), [fund])[0] is AssetType.ETF


def test_of_two_registers_the_kind_decides_and_then_the_name():
    claims = [stated(SecurityType.PREFERRED, "a"), stated(SecurityType.NOTE, "b"),
              stated(SecurityType.NOTE, "c")]  # fmt: skip
    for order in (claims, claims[::-1]):
        assert decide_kind(listing(SecurityType.COMMON), order)[1:] == (SecurityType.NOTE, "b")

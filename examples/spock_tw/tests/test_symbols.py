"""Known tickers with their Yahoo symbols and security types."""

from __future__ import annotations

import pytest
from spock_core.testing import listing

from spock_tw.market import MARKET


@pytest.mark.parametrize(
    ("mic", "ticker", "symbol"),
    [
        ("XTAI", "2330", "2330.TW"),
        ("XTAI", "2881A", "2881A.TW"),
        ("XTAI", "910322", "910322.TW"),
        ("ROCO", "8069", "8069.TWO"),
    ],
)
def test_yahoo_symbols(mic: str, ticker: str, symbol: str) -> None:
    assert MARKET.yahoo_symbol(listing(MARKET, ticker, mic=mic)) == symbol


@pytest.mark.parametrize(
    ("ticker", "kind"),
    [
        ("2330", "common"),
        ("2881A", "preferred"),
        ("9103", "depositary_receipt"),
        ("910322", "depositary_receipt"),
        ("9904", "common"),
        ("01004T", "reit"),
    ],
)
def test_kinds_of_securities(ticker: str, kind: str) -> None:
    assert MARKET.security_type(listing(MARKET, ticker, mic="XTAI")) == kind


def test_preferred_shares_are_their_issuers() -> None:
    assert MARKET.issuer_tickers(listing(MARKET, "2881A", mic="XTAI")) == ("2881",)
    assert MARKET.issuer_tickers(listing(MARKET, "2881", mic="XTAI")) == ()

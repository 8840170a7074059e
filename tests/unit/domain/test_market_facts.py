"""One table of what a market may state, for the market itself, lists, new-market and the kit."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from spock_core.cli.commands.new_market.facts import exchange_of
from spock_core.domain import AssetType, Exchange, Listing, Market
from spock_core.domain.bounds import (
    LONGEST_NAME,
    LONGEST_SYMBOL,
    LONGEST_TICKER,
    MOST_SHARES,
    is_symbol,
    is_ticker,
    lot_size_of,
)
from spock_core.domain.errors import UsageError
from spock_core.domain.market_checks import FACTS
from spock_core.plugins.checking.listings import fault_of
from spock_core.sources.csv_lists.line import read_line as read_csv_line
from spock_core.sources.kis.line import read_line as read_kis_line
from spock_core.sources.lines import LineError
from spock_core.store.schema import tickers

PLAIN: dict[str, Any] = {
    "mic": "XTAI", "name": "Taiwan", "currency": "TWD", "kis_code": "TAI", "yahoo_codes": ("TAI",),
    "yahoo_suffix": ".TW", "lot_size": 1000, "ticker_prefix": "IX", "list_address": "tw.csv",
    "aliases": ("TWSE",),
}  # fmt: skip
REFUSED: dict[str, Any] = {
    "mic": "TAI", "name": "two\nlines", "currency": "NT$", "kis_code": "TA", "yahoo_codes": ("T",),
    "yahoo_suffix": "TW", "lot_size": 0, "ticker_prefix": "ix", "list_address": "file://host/tw",
    "aliases": ("tw se",),
}  # fmt: skip
FLAGS = {
    "currency": "currency", "suffix": "yahoo_suffix", "yahoo": "yahoo_codes", "lot": "lot_size",
    "kis": "kis_code", "list": "list_address",
}  # fmt: skip
"""What `spock new-market --exchange` calls these facts."""


def test_every_field_of_an_exchange_is_in_the_table():
    assert {field.name for field in fields(Exchange)} == set(PLAIN) == set(REFUSED)
    assert set(PLAIN) <= set(FACTS)
    Market("TW", "Taiwan", (Exchange(**PLAIN),))


@pytest.mark.parametrize("field", REFUSED)
def test_a_value_that_cannot_be_is_refused_with_its_advice(field):
    exchange = Exchange(**PLAIN | {field: REFUSED[field]})
    with pytest.raises(ValueError, match=f"{field} is ") as caught:
        Market("TW", "Taiwan", (exchange,))
    assert f"{caught.value}".endswith(FACTS[field].advice)


@pytest.mark.parametrize("flag", FLAGS)
def test_new_market_refuses_what_a_market_refuses(flag):
    field = FLAGS[flag]
    said = {"name": "Taiwan", "currency": "TWD", "lot": "1", "example": "2330", "yahoo": "TAI"}
    value = REFUSED[field]
    said[flag] = " ".join(value) if isinstance(value, tuple) else f"{value}"
    with pytest.raises(UsageError) as caught:
        exchange_of("XTAI", said, "yahoo")
    assert FACTS[field].advice in f"{caught.value}"


def test_new_market_takes_what_a_market_takes():
    said = {"name": "Taiwan", "currency": "TWD", "lot": "1", "example": "2330",
            "yahoo": "TAI T2", "suffix": ".T2"}  # fmt: skip
    facts = exchange_of("XTAI", said, "yahoo")
    assert (facts.yahoo_codes, facts.suffix) == (("TAI", "T2"), ".T2")


def test_what_fits_is_what_a_column_holds():
    for column, longest in (("name", LONGEST_NAME), ("name_local", LONGEST_NAME),
                            ("ticker", LONGEST_TICKER), ("yahoo_symbol", LONGEST_SYMBOL)):  # fmt: skip
        assert getattr(tickers.c[column].type, "length", None) == longest


@pytest.mark.parametrize("text", ["A", "BRK/B", "0700", "M&M", "=1+1", "9" * LONGEST_TICKER])
def test_a_ticker_with_a_suffix_is_a_symbol(text):
    assert is_ticker(text)
    assert is_symbol(f"{text}.TWOO")


@pytest.mark.parametrize(
    "text", ["", "A B", " A", "A\n", "\x1b[0m", "가", "9" * (LONGEST_TICKER + 1), None, 700]
)
def test_what_is_no_ticker_is_none_anywhere(text):
    exchange = Exchange(**PLAIN | {"ticker_prefix": ""})
    market = Market("TW", "Taiwan", (exchange,))
    assert not is_ticker(text)
    listing = Listing("TW", text, "A", None, "XTAI", None, "TWD", AssetType.STOCK, 1)
    assert fault_of(listing, market, exchange) == "an invalid ticker"
    if not isinstance(text, str) or text != text.strip():
        return  # readers of text strip cells
    with pytest.raises(LineError):
        read_csv_line(f'"{text}",A'.encode(), ("ticker", "name"), "TW", exchange)
    columns = ["TW", "1", "TAI", "", text, "", "", "A", "2", "TWD", *[""] * 13]
    with pytest.raises(LineError):
        read_kis_line("\t".join(columns).encode("cp949"), "TW", exchange)


@pytest.mark.parametrize(
    ("text", "shares"),
    [("1", 1), ("0100", 100), (f"{MOST_SHARES}", MOST_SHARES), (f"{MOST_SHARES + 1}", None),
     ("0", None), ("", None), ("-5", None), ("1_000", None), ("1e3", None), ("\N{ARABIC-INDIC DIGIT ONE}", None),
     ("9" * 5_000, None)],
)  # fmt: skip
def test_a_lot_is_read_from_digits_alone(text, shares):
    assert lot_size_of(text) == shares

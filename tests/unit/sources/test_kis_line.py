"""Lines of master files: any bytes are either a listing or a named damage."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spock_core.domain import AssetType, Exchange
from spock_core.domain.bounds import LONGEST_NAME
from spock_core.sources.kis.line import read_line
from spock_core.sources.lines import LineError

HANOI = Exchange("HSTC", "Hanoi", "VND", "HNX", lot_size=100)
GOOD = "VN\t71\tHNX\t하노이\tABC\tHNXABC\t회사\tCOMPANY JSC\t2\tVND\t0\t\t1\t50\t50\t900\t1500\tN\t\t610\t0\t0\t   \t   "


def line(**columns: str) -> bytes:
    parts = GOOD.split("\t")
    for name, value in columns.items():
        parts[int(name[1:])] = value
    return "\t".join(parts).encode("cp949")


def read(raw: bytes):
    return read_line(raw, "VN", HANOI)


def test_a_line_of_2025_with_24_columns():
    listing = read(line())
    assert listing.ticker == "ABC"
    assert (listing.name, listing.name_local) == ("COMPANY JSC", "회사")
    assert (listing.exchange, listing.kis_exchange) == ("HSTC", "HNX")
    assert (listing.currency, listing.lot_size) == ("VND", 50)
    assert listing.asset_type is AssetType.STOCK
    assert listing.kis_sector_code == "610"


def test_a_line_of_2022_with_23_columns_and_one_of_tomorrow_with_more():
    fields = GOOD.split("\t")
    assert read("\t".join(fields[:23]).encode("cp949")) == read(line())
    assert read("\t".join([*fields, "new", "newer"]).encode("cp949")) == read(line())


@pytest.mark.parametrize(
    ("code", "kind", "name", "expected"),
    [
        ("1", "   ", "X INDEX", AssetType.INDEX),
        ("2", "   ", "X CO", AssetType.STOCK),
        ("3", "001", "X", AssetType.ETF),
        ("3", "002", "X", AssetType.ETN),
        ("3", "003", "X", AssetType.ETC),
        ("3", "004", "X INCOME FUND", AssetType.ETP),
        ("3", "000", "X ETF", AssetType.ETF),
        ("3", "005", "VOLATILITY PREMIUM PLUS", AssetType.ETF),
        ("3", "006", "BARCLAYS BANK PLC TRACKER ZERT 23/01/48", AssetType.ETN),
        ("3", "000", "IFREEETF FANG+", AssetType.ETF),
        ("3", "000", "X INDEX ETN", AssetType.ETN),
        ("3", "000", "INVERSE VIX FUTURES ETNS DUE MARCH 22  2045", AssetType.ETN),
        ("3", "000", "NEXT NOTES JAPAN EQUITY HIGH DIVIDEND 70 NET TOTAL RETURN", AssetType.ETN),
        ("3", "000", "10-YEAR TREASURY NOTES FUTURES ETF", AssetType.ETF),
        ("3", "000", "KIM VIETNAM FUND MANAGEMENT JSC", AssetType.ETP),
        ("3", "000", "2X LONG NETFLIX", AssetType.ETP),
        ("4", "   ", "X CALL", AssetType.WARRANT),
    ],
)
def test_the_kinds_of_instrument_are_kept_apart(code, kind, name, expected):
    assert read(line(c8=code, c22=kind, c7=name)).asset_type is expected


def test_the_other_name_tells_the_kind_where_the_english_one_is_cut():
    cut, whole = "NEXT FUNDS MSCI-KOKUSAI (UNHEDGED) EXCHANGE", "NEXT FUNDS MSCI-KOKUSAI ETF"
    assert read(line(c8="3", c22="000", c7=cut, c6=whole)).asset_type is AssetType.ETF


def test_a_sector_code_stays_three_digits_of_text():
    assert read(line(c19="010")).kis_sector_code == "010"
    assert read(line(c19="000")).kis_sector_code == "000"
    assert read(line(c19="")).kis_sector_code is None
    assert read(line(c19="6x")).kis_sector_code is None


@pytest.mark.parametrize("lot", ["0", "", "-5", "1e9", "99999999999999999999"])
def test_a_lot_that_cannot_be_is_the_exchanges_own(lot):
    assert read(line(c13=lot)).lot_size == 100


@pytest.mark.parametrize(
    ("raw", "words", "ticker"),
    [
        (b"", "1 columns", None),
        (b"VN\t71\tHNX", "3 columns", None),
        ("\t".join(GOOD.split("\t")[:9]).encode("cp949"), "9 columns", "ABC"),
        (line(c0="US"), "belongs to US HNX", None),
        (line(c2="NAS"), "belongs to VN NAS", None),
        (line(c4=""), "the symbol is missing or invalid", None),
        (line(c4="A B"), "the symbol is missing or invalid", None),
        (line(c4="X" * 21), "the symbol is missing or invalid", None),
        (line(c8="9"), "unknown security type '9'", "ABC"),
        (line().replace("회사".encode("cp949"), b"\xff" * 4), "not cp949", "ABC"),
        (line(c13="5").replace(b"\t5\t", b"\t\xff\t"), "not cp949", "ABC"),
    ],
)
def test_damage_is_named_and_the_ticker_kept_where_it_can_be_read(raw, words, ticker):
    with pytest.raises(LineError, match=words) as caught:
        read(raw)
    assert caught.value.ticker == ticker


def test_a_byte_of_a_name_that_is_no_text_is_replaced_and_the_stock_listed():
    found = read(line().replace("회사".encode("cp949"), "회".encode("cp949") + b"\xff"))
    assert (found.ticker, found.name, found.name_local) == ("ABC", "COMPANY JSC", "회\ufffd")
    cut = read(line().replace("회사".encode("cp949"), "회사".encode("cp949")[:-1]))
    assert (cut.ticker, cut.name) == ("ABC", "COMPANY JSC")


@given(st.binary(max_size=400))
@example(line())
def test_no_bytes_do_anything_else_than_give_a_listing_or_name_the_damage(raw: bytes):
    try:
        listing = read(raw)
    except LineError as error:
        assert str(error).isprintable()
        return
    assert listing.region == "VN"


@given(
    st.lists(
        st.text(st.characters(codec="cp949", exclude_characters="\t\r\n"), max_size=300),
        min_size=24,
        max_size=26,
    )
)
def test_any_text_in_any_column_stays_bounded_and_printable(columns: list[str]):
    columns[0], columns[2], columns[8] = "VN", "HNX", "2"
    try:
        listing = read("\t".join(columns).encode("cp949"))
    except LineError:
        return
    for text in (listing.name, listing.name_local, listing.ticker):
        assert text is None or (text.isprintable() and 0 < len(text) <= LONGEST_NAME)
    assert listing.lot_size > 0
    assert len(listing.currency) == 3

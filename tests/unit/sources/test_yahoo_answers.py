"""Yahoo's answers are decoded at the edge: bounded numbers, harmless text, nonsense refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core.domain.errors import Unreadable
from spock_core.domain.queries import Member
from spock_core.sources.documents import MAX_VALUES, parse_json
from spock_core.sources.yahoo.answers import (
    Profile,
    is_crumb,
    read_error,
    read_profile,
    read_quotes,
    read_screen,
    read_screen_document,
)


def screen(*quotes: object, total: object = 7) -> dict[str, object]:
    return {"quotes": list(quotes), "total": total}


def summary(profile: object) -> dict[str, Any]:
    return {"quoteSummary": {"result": [{"assetProfile": profile}], "error": None}}


GOOD = [{"symbol": f"S{number}", "longName": "Name"} for number in range(9)]


@pytest.mark.parametrize(
    "total",
    [float("inf"), float("nan"), -1, 100_001, "7", None, True, 7.5, [], {}, 10**400],
)
def test_a_screen_whose_count_is_none_is_no_screen(total):
    with pytest.raises(Unreadable, match="a screen in an unknown format"):
        read_screen(screen(*GOOD, total=total))


def quotes(*found: object) -> dict[str, Any]:
    return {"quoteResponse": {"result": list(found), "error": None}}


def test_quotes_tell_stocks_from_funds_and_from_symbols_of_the_past():
    types = {"AAPL": "EQUITY", "SPY": "ETF", "OLD": "NONE", "^GSPC": "INDEX"}
    found = read_quotes(quotes(*({"symbol": s, "quoteType": t} for s, t in types.items())))
    assert found.stocks == {"AAPL"}
    assert read_quotes(quotes({"symbol": "BRK-B"})).stocks == {"BRK-B"}  # no type: not left out
    assert read_quotes(quotes()).stocks == frozenset()


@pytest.mark.parametrize("document", [None, [], {}, "text", {"quoteResponse": None},
    {"quoteResponse": {"result": None}}, {"quoteResponse": {"result": {}}}, quotes(*[{}] * 1_001),
    quotes({"symbol": 7}, {"symbol": "\x1b[31mA"}, {"symbol": "A"})])  # fmt: skip
def test_a_document_that_has_no_quotes_is_refused(document):
    with pytest.raises(Unreadable):
        read_quotes(document)


def test_a_quote_that_cannot_be_read_is_dropped_and_counted():
    found = read_quotes(quotes(*({"symbol": f"S{n}"} for n in range(9)), {"symbol": None}))
    assert (len(found.stocks), found.dropped) == (9, 1)


@pytest.mark.parametrize("document", [None, [], {}, {"finance": None}, {"finance": {"result": []}},
    {"finance": {"result": [7]}}, {"finance": {"result": [{"quotes": {}, "total": 1}]}}, "text", 7])  # fmt: skip
def test_a_document_that_is_no_screen_is_refused(document):
    with pytest.raises(Unreadable):
        read_screen_document(document)


def test_more_quotes_than_were_asked_for_are_no_page():
    with pytest.raises(Unreadable):
        read_screen(screen(*({"symbol": f"S{number}"} for number in range(251))))


@pytest.mark.parametrize(
    "quote",
    [None, 7, [], {}, {"symbol": None}, {"symbol": {"a": 1}}, {"symbol": ""}, {"symbol": "A B"},
     {"symbol": "\x1b[31mA"}, {"symbol": "A\ud800"}, {"symbol": "x" * 41}, {"symbol": True}],
)  # fmt: skip
def test_a_quote_that_is_none_is_dropped_and_counted(quote):
    page = read_screen(screen(*GOOD, quote, total=10))
    assert [one.symbol for one in page.members] == [f"S{number}" for number in range(9)]
    assert (page.dropped, page.complete) == (1, True)


def test_a_page_of_which_many_quotes_are_none_is_refused():
    with pytest.raises(Unreadable, match="3 of 12 quotes are unreadable"):
        read_screen(screen(*GOOD, None, None, None))


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"longName": "A\x1b[31mB\r\nC\ud800"}, "A [31mB  C"),
        ({"longName": {"fmt": "x"}, "shortName": "Short"}, "Short"),
        ({"longName": None}, ""),
        ({"longName": "x" * 100_000}, "x" * 200),
    ],
)
def test_names_are_made_harmless_and_bounded(names, shown):
    assert read_screen(screen({"symbol": "A", **names})).members == (Member("A", shown),)


@pytest.mark.parametrize(
    "profile",
    [{"sector": {"a": 1}}, {"industry": ["Gold"]}, {"industry": "x" * 101}, {"sector": 7}, [], "x"],
)
def test_a_profile_with_words_that_are_none_is_refused(profile):
    with pytest.raises(Unreadable, match="a profile in an unknown format"):
        read_profile(summary(profile), "X")


def test_words_of_a_profile_are_made_harmless():
    profile = {"sector": "Tech\x1b[2J\ud800nology", "industry": None, "longBusinessSummary": [1]}
    assert read_profile(summary(profile), "X") == Profile("Tech [2J nology", "")
    assert read_profile(summary(None), "X") == Profile("", "")


@pytest.mark.parametrize("word", ["N/A", "n/a", "None", "-", "--", "null", "Unknown", "NaN"])
def test_what_stands_for_no_word_is_none(word):
    for industry in (word, None, ""):
        profile = {"sector": word, "industry": industry}
        assert read_profile(summary(profile), "X") == Profile("", "")
    assert read_profile(summary({"sector": "Energy", "industry": word}), "X").industry == ""
    assert read_profile(summary({"sector": word, "industry": "Gold"}), "X").sector == ""


@pytest.mark.parametrize(
    ("symbol", "is_its_own"), [("BRK-B", True), ("brk-b", True), ("AAPL", False)]
)
def test_the_profile_of_another_symbol_is_refused(symbol, is_its_own):
    document = summary({"sector": "Financial Services", "industry": "Insurance - Diversified"})
    document["quoteSummary"]["result"][0]["quoteType"] = {"symbol": symbol}
    if is_its_own:
        assert read_profile(document, "BRK-B").sector == "Financial Services"
    else:
        with pytest.raises(Unreadable, match="the profile of AAPL instead of that of BRK-B"):
            read_profile(document, "BRK-B")


@pytest.mark.parametrize("result", [None, [], [None], [{}, {}], {"a": 1}])
def test_a_summary_without_a_result_is_refused(result):
    with pytest.raises(Unreadable):
        read_profile({"quoteSummary": {"result": result}}, "X")


def test_an_error_is_told_in_yahoos_words():
    error = {"code": "Unauthorized", "description": "Invalid \x1b[31mCrumb"}
    document = {"finance": {"result": None, "error": error}}
    assert read_error(document) == ("Unauthorized", "Invalid  [31mCrumb")
    with pytest.raises(Unreadable, match="an error instead of a screen: Invalid"):
        read_screen_document(document)
    assert read_error({"finance": {"error": {"code": {"x": 1}}}}) == ("", "")


@pytest.mark.parametrize(
    ("text", "good"),
    [("Wr3.a/b-c", True), ("", False), ("<!DOCTYPE html>", False), ("a b", False), ("x" * 65, False),
     ('{"error":1}', False), ("Too Many Requests", False), ("a\x1b", False), ("\ud800", False)],
)  # fmt: skip
def test_a_crumb_is_one_short_word(text, good):
    assert is_crumb(text) == good


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"{", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe\x00", b"[1,]"],
)
def test_what_is_no_json_is_refused(content):
    with pytest.raises(Unreadable):
        parse_json(content)


def test_a_document_of_too_many_values_is_not_parsed():
    with pytest.raises(Unreadable, match="more than 300,000 values"):
        parse_json(b"[" + b"[]," * MAX_VALUES + b"0]")


@pytest.mark.parametrize(
    "value", ["NaN", "-Infinity", "1e999", "9" * 5_000, '"\\ud800"', '"' + "x" * 100_000 + '"']
)
def test_a_value_out_of_bounds_spoils_no_other_quote(value):
    body = json.dumps(screen(*GOOD)).replace('"Name"', value, 1).encode()
    assert len(read_screen(parse_json(body)).members) == 9


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["finance", "result", "quotes", "total", "symbol", "quoteSummary",
                         "assetProfile", "sector", "error", "code"]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_any_document_is_decoded_or_refused(document: object):
    for read in (read_screen_document, read_screen, lambda any: read_profile(any, "X")):
        try:
            read(document)
        except Unreadable as error:
            assert str(error).isprintable()
    read_error(document)

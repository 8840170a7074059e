"""Query sources that keep every contract of the kit, and what breaks each."""

from __future__ import annotations

_STATED = """
import json, random, time, urllib.request
from spock_core import (
    Claim, GroupPage, GroupQuerySource, MadeUpService, Member, ProviderError, Said, Setting, Site,
    SourceTerms, StockQuerySource, Unreadable, hookimpl,
)
ASKED = []
CODES = {"Banks": "401010", "Software": "451030"}

class Query(KIND):
    name = counts_as = "NAME"
    about = SourceTerms("NAME", ("TW",), ("sector", "industry", "identifiers"), terms="Free for all.")

    def site(self, settings):
        return Site(("https://NAME.example",), rate=5.0, base=settings.NAME_url)

    def symbol(self, stock):
        return f"{stock.key.region}:{stock.key.ticker}"

    def claim(self, observation, market):
        code = CODES.get(observation.words.get("business", ""))
        return Claim(self.name, code, 0.9, "NAME says so") if code else None
"""
_BROUGHT = """
@hookimpl
def spock_sources():
    return (Query(),)

@hookimpl
def spock_settings():
    return (Setting("NAME_url", "Its address."),)

@hookimpl
def spock_sandbox_services(businesses):
    known = {f"{one.region}:{one.ticker}" for one, code in businesses.items() if code}
    def answer(request):
        asked = request.query.get("symbols", "").split(",")
        if "symbols" not in request.query:
            asked = sorted(known) if request.query["group"] == "Banks" else []
        rows = [{"symbol": one, "business": "Banks"} for one in asked if one in known]
        return {"stocks": rows}
    return (MadeUpService("NAME_url", answer),)
"""
_ROWS = """
    def rows(self, document):
        match document:
            case {"stocks": list(rows)}:
                return list(filter(None, map(self.row, rows)))
        raise Unreadable("stocks in an unknown form")

    def row(self, row):
        match row:
            case {"symbol": str(symbol), "business": str(business)} if business:
                return symbol, Said({"business": business})
"""
QUERY = (
    _STATED.replace("KIND", "StockQuerySource")
    + """
    most_symbols = 5

    def ask(self, client, symbols):
        document = client.get("/stocks", params={"symbols": ",".join(symbols)})
        return dict(self.rows(document))
"""
    + _ROWS
    + _BROUGHT
)
"""A source that is asked about stocks."""

GROUP = (
    _STATED.replace("KIND", "GroupQuerySource")
    + """
    page_size, group_word = 500, "business"

    def groups(self):
        return dict.fromkeys(CODES, 0.5)

    def words(self, group):
        return {"business": group} if group in CODES else None

    def venues(self, exchange):
        return () if exchange.mic == "XQQQ" else (exchange.mic,)

    def ask_group(self, client, group, venues, offset):
        document = client.get("/group", params={"group": group, "offset": offset})
        found = [Member(symbol, "") for symbol, _ in self.rows(document) if len(symbol) <= 64]
        return GroupPage(tuple(found), len(found))
"""
    + _ROWS
    + _BROUGHT
)
"""A source that is asked about groups."""

_GET = 'client.get("/stocks", params={"symbols": ",".join(symbols)})'
_DICT = "return dict(self.rows(document))"
_ROW = 'return symbol, Said({"business": business})'
_OWN = (
    'json.load(urllib.request.urlopen(client.settings.NAME_url + "/stocks?symbols=" '
    '+ ",".join(symbols)))'
)
"""A request without the client."""
_SITE = "base=settings.NAME_url)"


def _after_a_run(first: int, statement: str) -> dict[str, str]:
    """A plugin that spoils the register after its runs from the number `first` on."""
    return {
        "\n@hookimpl\ndef spock_settings": f"""
import sqlite3
@hookimpl
def spock_run_finished(result):
    if result.run_id >= {first}:
        with sqlite3.connect("spock.db") as register:
            register.execute("DELETE FROM {statement} WHERE source = 'NAME'")
@hookimpl
def spock_settings"""
    }


WRONG_QUERIES = {
    "an address that is none": (
        "test_its_site_can_be_asked",
        {"https://NAME.example": "NAME.example"},
        ("site of source NAME: an address is 'NAME.example'", "give web addresses"),
    ),
    "it asks its real provider": (
        "test_its_provider_is_made_up",
        {_SITE: ")"},
        ("asks https://NAME.example in the sandbox", "return MadeUpService"),
    ),
    "a symbol by chance": (
        "test_it_has_a_symbol_for_any_stock_or_none",
        {'f"{stock.key.region}:': 'f"{random.random()}:'},
        ("symbol of source NAME is '0.", "nothing but the stock"),
    ),
    "one symbol for two": (
        "test_two_stocks_have_two_symbols",
        {"{stock.key.ticker}": "{stock.key.ticker[:3]}"},
        ("symbol of source NAME is 'TW:AAA' for AAAA and AAAB", "what distinguishes the two"),
    ),
    "a wrong check digit": (
        "test_its_answers_are_valid",
        {_ROW: 'return symbol, Said({"business": business}, "", {"ISIN": "US0378331006"})'},
        ("states an invalid one of {'ISIN': 'US0378331006'}", "spock_sandbox_services"),
    ),
    "two requests a question": (
        "test_a_question_costs_one_request",
        {_GET: f"{_GET} and {_GET}"},
        ("a question of source NAME made 2 requests", "make one request a question"),
    ),
    "it counts": (
        "test_the_same_question_has_the_same_answer",
        {_ROW: 'ASKED.append(1); return symbol, Said({"business": f"{len(ASKED)}"})'},
        ("source NAME says something else asked again", "match answers by symbol"),
    ),
    "it wants all": (
        "test_what_nobody_has_is_left_out",
        {_DICT: "found = dict(self.rows(document))\n"
                "        if len(found) < len(symbols): raise Unreadable('some are missing')\n"
                "        return found"},
        ("has no answer about 'ZZ:QXQXQ', which nobody has", "leave out what"),
    ),
    "its provider knows everything": (
        "test_a_provider_that_knows_nothing_says_nothing",
        {"for one in asked if one in known]": "for one in asked]"},
        ("of a provider that knows nothing source NAME reads", "know nothing without listings"),
    ),
    "it swallows outages": (
        "test_a_body_that_is_no_document_is_refused",
        {"        document = client": "        try: document = client", _DICT:
         "except ProviderError: return {}\n        return dict(self.rows(document))"},
        ("with nothing for an answer source NAME says {}", "let what it raises pass"),
    ),
    "it trusts its provider": (
        "test_no_value_breaks_its_reading",
        {_DICT: 'return {row["symbol"]: Said({"business": row["business"]}) '
                'for row in document["stocks"]}'},
        ("ask of source NAME: ", "match statements read it safely"),
    ),
    "it goes by places": (
        "test_what_comes_twice_or_beside_it_changes_nothing",
        {_DICT: "rows = self.rows(document)[-len(symbols):]\n"
                "        return {one: said for one, (_, said) in zip(symbols, rows)} "
                "if rows and rows[0][0] == symbols[0] else {}"},
        ("source NAME says something else of ['TW:", "read what is about the asked symbols"),
    ),
    "all with all": (
        "test_an_enormous_answer_takes_bounded_time",
        {"ASKED = []": "from spock_core.testing.contracts.sources.queries import hostile\n"
         "hostile.LONGEST_S = 0.2\nASKED = []",
         _DICT: "rows = self.rows(document)\n        [1 for a in rows for b in rows if a is b]\n"
         "        return dict(rows)"},
        ("source NAME took more than 0.2 s for", "look values up in a dict"),
    ),
    "it reads whatever comes": (
        "test_a_body_beyond_its_bound_is_refused",
        {_GET: _OWN, "rate=5.0": "rate=5.0, max_bytes=9_000"},
        ("source NAME reads 9,001 bytes, more than max_bytes", "the client or the gate"),
    ),
    "requests of its own": (
        "test_all_its_requests_pass_the_gate",
        {_GET: f"{_OWN} and {_GET}"},
        ("requests of source NAME, and its provider got", "the client or the gate"),
    ),
    "it forgets at once": (
        "test_what_it_was_told_is_not_asked_again",
        _after_a_run(1, "observations"),
        ("after a run that was told all, source NAME makes", "the same text in every run"),
    ),
    "it forgets in an outage": (
        "test_an_outage_is_never_an_answer[HTTP 503]",
        _after_a_run(2, "observations"),
        ("with HTTP 503 for an answer a run loses", "raise Unreadable"),
    ),
    "a default for what it requires": (
        "test_it_is_not_asked_before_its_settings_are_set",
        {"terms=": 'requires=("NAME_key",), terms=',
         '"Its address."),)': "\"Its address.\"), Setting('NAME_key', 'A key.', default='none'))"},
        ("without SPOCK_", "source NAME is asked", "give the setting no default"),
    ),
    "it forgets what was used up": (
        "test_the_budget_of_a_day_is_kept",
        _after_a_run(1, "observations"),
        ("with the budget of the day used up, source NAME makes",),
    ),
    "it forgets what is unknown": (
        "test_what_it_does_not_know_is_remembered",
        _after_a_run(1, "unknowns"),
        ("after a run that was told what it does not know, source NAME makes",),
    ),
}  # fmt: skip
"""What is wrong: the contract that it breaks, what is written otherwise, and what must be said."""

WRONG_GROUPS = {
    "a group without its name": (
        "test_its_groups_have_words",
        {'{"business": group} if': '{"industry": group} if'},
        ("words of source NAME for group 'Banks' are", "under its group_word 'business'"),
    ),
    "words for every group": (
        "test_a_group_that_it_lacks_has_no_words",
        {' if group in CODES else None': ""},
        ("words of source NAME for the group 'no group has this name'", "return None"),
    ),
    "no venues": (
        "test_it_knows_venues_of_the_market",
        {'() if exchange.mic == "XQQQ" else (exchange.mic,)': "()"},
        ("source NAME has no venue for any exchange of TW", "the regions that it knows"),
    ),
}  # fmt: skip

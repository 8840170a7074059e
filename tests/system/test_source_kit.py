"""The test kit: a source that breaks a contract fails it, and the failure says what to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from spock_core.testing.contracts.sources.source import KINDS, LocalSourceContract
from tests.docs.test_plugin_docs import EXAMPLES, TESTS
from tests.support.distributions import write_plugin
from tests.support.kit_runs import changed, check_all_pass, check_told, run_contracts
from tests.support.wrong_queries import GROUP, QUERY, WRONG_GROUPS, WRONG_QUERIES

TABLE = """
import random, re, time
from spock_core import (
    Claim, DelimitedText, Setting, SourceTerms, TableFile, TableRow, TableSource, hookimpl,
)
ASKED = []
FORMAT = DelimitedText(",")
CODES = {"Finance": "40", "Tech": "45"}

class Bourse(TableSource):
    name = counts_as = "NAME"
    about = SourceTerms("NAME", ("TW",), ("sector",), terms="Free for everybody.")

    def files(self, market):
        address = "https://NAME.example/list.csv"
        return (TableFile("NAME.csv", address, FORMAT, ("code", "sector")),)

    def rows(self, market, tables, listings):
        for ticker, sector in sorted({
            (row["code"], row["sector"]) for table in tables for row in table.rows
            if row["code"] and row["sector"] in CODES
        }):
            yield TableRow(ticker, {"sector": sector}, {"ISIN": ""})

    def claim(self, observation, market):
        code = CODES.get(observation.words.get("sector", ""))
        return Claim(self.name, code, 0.9, "the bourse says so") if code else None

@hookimpl
def spock_sources():
    return (Bourse(),)

@hookimpl
def spock_settings():
    return ()

@hookimpl
def spock_sandbox_tables(market, businesses):
    if market.region != "TW":
        return {}
    lines = [f"{one.ticker},Finance" for one, code in businesses.items() if code]
    return {"NAME.csv": "\\n".join(["code,sector", *lines]).encode()}
"""
"""A table source that keeps every contract."""

LOCAL = """
import random, re
from datetime import timedelta
from spock_core import Claim, Observation, hookimpl
SEEN = []

class Names:
    name = counts_as = "NAME"
    from_listings_alone = True

    def observe(self, market, listings, now):
        for one in listings:
            if "CO" in (one.name or ""):
                yield Observation(one.region, one.ticker, self.name, {"word": "CO"}, now)

    def claim(self, observation, market):
        known = observation.words.get("word") == "CO"
        return Claim(self.name, "20", 0.5, "its name") if known else None

@hookimpl
def spock_sources():
    return (Names(),)
"""
"""A local source that keeps every contract."""

CLAIM = '        code = CODES.get(observation.words.get("sector", ""))\n'
OBSERVE = "        for one in listings:\n"
YIELD = 'yield Observation(one.region, one.ticker, self.name, {"word": "CO"}, now)'
ROW = 'yield TableRow(ticker, {"sector": sector}, {"ISIN": ""})'
ROWS = '            (row["code"], row["sector"]) for table in tables'
SANDBOX = '[f"{one.ticker},Finance" for one, code in businesses.items() if code]'
FORGETS = {
    "@hookimpl\ndef spock_settings": """import sqlite3
@hookimpl
def spock_run_finished(result):
    if result.run_id > 1:
        with sqlite3.connect("spock.db") as register:
            register.execute("DELETE FROM observations WHERE source = 'NAME'")
@hookimpl
def spock_settings"""
}
"""A plugin that deletes, after a second run, what its source said."""
QUICKLY = "from spock_core.testing.contracts.sources import {0}\n{0}.LONGEST_S = 0.2\n"
"""Makes the kit impatient, so that the test of its patience is short."""

WRONG_TABLES = {
    "it does not load": (
        "test_the_installed_plugin_brings_the_source",
        {"import random, re, time": "import nothing_of_this_name"},
        ("no installed plugin has source", "is not loaded: ModuleNotFoundError"),
    ),
    "others each time": (
        "test_it_says_the_same_of_itself_each_time",
        {"return (Bourse(),)": "one = Bourse(); one.counts_as = f'c{random.random()}'; return (one,)"},
        ("counts_as of source NAME is", "a constant of its class"),
    ),
    "no country": (
        "test_its_regions_are_countries",
        {'("TW",), ("sector",)': '("QX",), ("sector",)'},
        ("states region 'QX', which is not in ISO 3166",),
    ),
    "it tells what nobody knows": (
        "test_its_terms_are_complete",
        {'("TW",), ("sector",)': '("TW",), ("sectors",)'},
        ("it tells 'sectors'", "sector, industry, security_type"),
    ),
    "a setting that the kit was not told": (
        "test_its_settings_are_stated_to_the_kit",
        {"terms=": 'requires=("NAME_key",), terms='},
        ("requires NAME_key", "settings={"),
    ),
    "any file would do": (
        "test_its_files_can_be_asked_for",
        {'("code", "sector")),)': "()),)"},
        ("it needs no heading", "name the columns that rows reads"),
    ),
    "a file of the sandbox under another name": (
        "test_its_made_up_files_have_their_documented_names",
        {'{"NAME.csv": ': '{"other.csv": '},
        ("spock_sandbox_tables makes up none of its files",),
    ),
    "tickers of its own": (
        "test_its_rows_are_about_listings",
        {"yield TableRow(ticker,": "yield TableRow(f'X-{ticker}',"},
        ("is about a listing of TW", "write tickers as the register does"),
    ),
    "rows by chance": (
        "test_its_rows_are_the_same_each_time",
        {"yield TableRow(ticker,": "if random.random() < 0.5: yield TableRow(ticker,"},
        ("something else for the same tables", "no clock"),
    ),
    "it needs a listing": (
        "test_it_needs_no_listing",
        {"        for ticker, sector in": "        min(listings)\n        for ticker, sector in"},
        ("rows of source NAME: ValueError", "for a register without listings"),
    ),
    "a cell that breaks it": (
        "test_no_cell_breaks_its_rows",
        {'if row["code"] and': 'if row["code"].index("A") >= 0 and'},
        ("rows of source NAME: ValueError", "in 'code'"),
    ),
    "a long cell that breaks it": (
        "test_a_very_long_cell_breaks_nothing",
        {'if row["code"] and': 'if 1 / (len(row["code"]) < 20_000) and'},
        ("ZeroDivisionError: division by zero for a long cell of 'code'",),
    ),
    "a web page would do": (
        "test_a_file_that_is_no_table_is_not_read",
        {'("code", "sector")),)': "()),)"},
        ("is read with a web page in it", "name in needs"),
    ),
    "half a ticker": (
        "test_a_cut_file_says_nothing_else",
        {ROWS: '            (row["code"] if len(tables[0].rows) > 50 else row["code"] + "X", '
               'row["sector"]) for table in tables'},
        ("rows of source NAME are about", "of which 25% is left", "footer"),
    ),
    "slow with many rows": (
        "test_an_enormous_table_is_read",
        {"ASKED = []": QUICKLY.format("rows") + "ASKED = []",
         "        for ticker, sector in": "        rows = tables[0].rows\n"
         "        [row for row in rows for _ in rows if row is _]\n        for ticker, sector in"},
        ("took more than 0.2 s for 20,000 rows", "look values up in a dict"),
    ),
    "it says more than it tells": (
        "test_its_words_mean_what_it_says_that_it_tells",
        {'"Finance": "40"': '"Finance": "401010"'},
        ("states industry for", "add 'industry' to tells"),
    ),
    "words that it does not expect": (
        "test_any_words_mean_something_or_nothing_and_always_the_same",
        {'observation.words.get("sector", "")': 'observation.words["sector"]'},
        ("claim of source NAME: KeyError", "for any words"),
    ),
    "a pattern that runs away": (
        "test_no_word_makes_it_run_away",
        {CLAIM: CLAIM + '        re.match("(A+)+$", observation.words.get("sector", ""))\n'},
        ("took more than 1 s for", "remove repetitions inside a repetition"),
    ),
    "a table that nobody can read": (
        "test_a_run_keeps_what_it_says",
        {'"code,sector"': '"code,sektor"'},
        ("a run in the sandbox says: ", "has no column 'sector'", "as its format says"),
    ),
    "it forgets": (
        "test_a_second_run_changes_nothing",
        FORGETS,
        ("a second run with source NAME changed the register",),
    ),
    "it takes its words with it": (
        "test_what_it_said_outlives_it",
        FORGETS,
        ("without source NAME its observations are gone", "write the register"),
    ),
    "another name of its file each time": (
        "test_unchanged_tables_cost_one_request_each",
        {'("code", "sector")),)': '("code", "sector")), *(TableFile(f"{n}.csv", address, FORMAT, '
         '("code",), optional=True) for n in range(len(ASKED))))',
         "        address =": "        ASKED.append(1)\n        address ="},
        ("requests for", "the same names and addresses"),
    ),
    "it believes a table that is none": (
        "test_files_that_are_no_tables_are_refused[no rows]",
        {"@hookimpl\ndef spock_settings": "from spock_core.sources.tables import fetch, headings\n"
         "headings._rows = lambda name, cells, rest: [dict(zip(cells, line)) for line in rest] "
         "or [{'code': 'A', 'sector': 'Tech'}]\n"
         "from spock_core.pipeline.registers import table_stage\ntable_stage.SHRUNK = 0\n"
         "@hookimpl\ndef spock_settings"},
        ("with no rows in place of its tables a run with source NAME ends with 0",),
    ),
    "it takes an outage for an answer": (
        "test_an_outage_is_never_an_answer[HTTP 500]",
        FORGETS,
        ("with HTTP 500 in place of its tables", "loses"),
    ),
    "a default for what it requires": (
        "test_it_is_not_asked_before_its_settings_are_set",
        {"terms=": 'requires=("NAME_key",), terms=',
         "    return ()": "    return (Setting('NAME_key', 'A key.', default='none'),)"},
        ("source NAME is asked", "give it no default"),
    ),
}  # fmt: skip
"""What is wrong: the contract that it breaks, what is written otherwise, and what must be said."""

WRONG_LOCALS = {
    "it says nothing": (
        "test_it_observes_something",
        {'"CO" in': '"no such name" in'},
        ("has no observation of", "source_contract("),
    ),
    "it knows the others": (
        "test_order_and_batches_do_not_matter",
        {OBSERVE: "        for one in listings[:3]:\n"},
        ("observes something else of the listings in", "nothing but a listing itself"),
    ),
    "a name that it does not expect": (
        "test_any_listing_can_be_observed",
        {'(one.name or "")': "one.name"},
        ("observe of source NAME: TypeError",),
    ),
    "a pattern that runs away": (
        "test_no_name_makes_it_run_away",
        {OBSERVE: OBSERVE + '            re.match("(A+)+$", one.name or "")\n'},
        ("took more than 1 s for a name of 'A", "cut the name"),
    ),
    "all with all": (
        "test_many_listings_are_observed_quickly",
        {"SEEN = []": QUICKLY.format("observing") + "SEEN = []",
         OBSERVE: "        [one for one in listings for _ in listings if one is _]\n" + OBSERVE},
        ("took more than 0.2 s for 20,000 listings", "read its files once"),
    ),
}  # fmt: skip

WRONG = {
    **{f"table: {fault}": (TABLE, *case) for fault, case in WRONG_TABLES.items()},
    **{f"local: {fault}": (LOCAL, *case) for fault, case in WRONG_LOCALS.items()},
    **{f"query: {fault}": (QUERY, *case) for fault, case in WRONG_QUERIES.items()},
    **{f"query of groups: {fault}": (GROUP, *case) for fault, case in WRONG_GROUPS.items()},
}
IN_CORE = ("table: it believes a table that is none",)
"""Faults that change core itself, and so every other source of their process."""
GROUPS = {
    "tables": [fault for fault in WRONG if fault.startswith("table") and fault not in IN_CORE],
    "local sources": [fault for fault in WRONG if fault.startswith("local")],
    "query sources": [fault for fault in WRONG if fault.startswith("query")],
    "core": list(IN_CORE),
}


def run_kit(folder: Path, sources: Mapping[str, str], asked: Sequence[str], page: str = "") -> str:
    """Runs contracts, as `class::name`, on sources in another process; gives what pytest says."""
    lines = ["from spock_core.testing import source_contract"]
    for name, text in sources.items():
        write_plugin(folder / "site", f"spock-{name}", text, entry=name, version="1.0")
        key = {f"{name}_key": "sesame"} if f"Setting('{name}_key'" in text else {}
        lines.append(
            f"Test{name.title()} = source_contract({name!r}, distribution='spock-{name}', "
            f"settings={key})"
        )
    return run_contracts(folder, page or "\n".join(lines), [f"Test{one}" for one in asked])


@pytest.mark.parametrize("group", GROUPS)
def test_wrong_sources_fail_with_a_message_that_names_the_fault(group: str, tmp_path: Path):
    names = {fault: f"src{number}" for number, fault in enumerate(GROUPS[group])}
    texts = {
        name: changed(WRONG[fault][0], WRONG[fault][2]).replace("NAME", name)
        for fault, name in names.items()
    }
    asked = [f"{name.title()}::{WRONG[fault][1]}" for fault, name in names.items()]
    wanted = {
        name.title(): [word.replace("NAME", name) for word in WRONG[fault][3]]
        for fault, name in names.items()
    }
    check_told(run_kit(tmp_path, texts, asked), wanted)


def test_every_contract_of_a_source_has_one_that_breaks_it():
    contracts = {
        name
        for kind in (LocalSourceContract, *(contracts for _, contracts in KINDS))
        for name in dir(kind)
        if name.startswith("test_")
    }
    assert contracts == {contract.partition("[")[0] for _, contract, _, _ in WRONG.values()}


def test_sources_of_the_docs_and_one_of_groups_keep_every_contract(tmp_path: Path):
    page = TESTS["spock_bourse"].replace('("bourse")', '("bourse", distribution="spock-bourse")')
    page += """
TestTable = source_contract(
    "my-table",
    distribution="spock-my-table",
    regions=("VN",),
    files={"my_sectors.csv": "region,ticker,gics\\nVN,AAA,45\\n"},
)
TestFigi = source_contract("openfigi", distribution="spock-openfigi", regions=("VN",))
TestGroups = source_contract("groups", distribution="spock-groups")
"""
    said = run_kit(
        tmp_path,
        {
            name: EXAMPLES[f"spock_{name.replace('-', '_')}"]
            for name in ("bourse", "my-table", "openfigi")
        }
        | {"groups": GROUP.replace("NAME", "groups")},
        ["Bourse", "Table", "Figi", "Groups"],
        page,
    )
    check_all_pass(said)

"""The test kit: a market that breaks a contract fails it, and the failure says what to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pycountry
import pytest

from spock_core.plugins.loader import load_plugins
from spock_core.testing import market_contract
from spock_core.testing.contracts.listings import ListingContracts
from spock_core.testing.contracts.runs import RunContracts
from tests.docs.test_plugin_docs import EXAMPLES, TESTS
from tests.support.distributions import write_plugin
from tests.support.kit_runs import changed, check_all_pass, check_told, run_contracts

RIGHT = '''
import random, re
from spock_core import (
    Exchange, Judgement, KisMeaning, Market, SecurityType, hookimpl, type_from_list,
)
SEEN, RUNS = [], []

def yahoo_symbol(listing):
    return f"{listing.ticker}.TW"

def security_type(listing):
    return type_from_list(listing)

def is_spac(listing):
    return False

EXCHANGE = Exchange("XTAI", "Taiwan", "TWD", yahoo_codes=("TAI",), yahoo_suffix=".TW",
                    lot_size=1000, list_address="https://lists.example/xtai.csv")
MARKET = Market("TW", "Taiwan", (EXCHANGE,), yahoo_symbol=yahoo_symbol, security_type=security_type,
                is_spac=is_spac, kis_meanings={}, judgements=(), listed_by="csv")

@hookimpl
def spock_markets():
    return (MARKET,)
'''  # fmt: skip
"""A market that keeps every contract."""

SYMBOL = 'return f"{listing.ticker}.TW"'
TYPE = "return type_from_list(listing)"
SPAC = "return False"
FACTS = "kis_meanings={}, judgements=(), "
AFTER = """import sqlite3
@hookimpl
def spock_run_finished(result):
    if any(one.region == "TW" for one in result.regions):
        with sqlite3.connect("spock.db") as register:
            register.execute("{}")
@hookimpl"""

WRONG = {
    "it does not load": (
        "test_the_region_is_a_country",
        {"import random, re": "import nothing_of_this_name"},
        ("is not installed: spock-REGION 1.0 is not loaded: ModuleNotFoundError", "spock regions"),
    ),
    "nobody brings it": (
        "test_the_region_is_a_country",
        {"return (MARKET,)": "return ()"},
        ("no installed plugin has region ", "spock_markets"),
    ),
    "another package brings it": (
        "test_the_installed_plugin_brings_the_region",
        {},
        ("is brought by spock-REGION, not by spock-elsewhere", "uninstall spock-REGION"),
    ),
    "no country": (
        "test_the_region_is_a_country",
        {'"TW", "Taiwan", (EX': '"QX", "Taiwan", (EX'},
        ("region 'QX' is not in ISO 3166", "two-letter code"),
    ),
    "a list where a tuple should be": (
        "test_it_gives_the_same_market_each_time",
        {"(EXCHANGE,)": "[EXCHANGE]"},
        ("exchanges is [Exchange(", "give a tuple"),
    ),
    "another market each time": (
        "test_it_gives_the_same_market_each_time",
        {"return (MARKET,)": "return (Market('TW', 'Taiwan', (EXCHANGE,), random.random(), "
         "listed_by='csv'),)"},
        ("priority is 0.", "give a whole number"),
    ),
    "another name each time": (
        "test_it_gives_the_same_market_each_time",
        {"return (MARKET,)": "return (Market('TW', str(random.random()), (EXCHANGE,), "
         "listed_by='csv'),)"},
        ("another market each time it is called", "a constant of the module"),
    ),
    "letters where codes should be": (
        "test_the_region_is_a_country",
        {'("TAI",)': '"TAI"'},
        ("exchange XTAI: yahoo_codes is 'TAI'", "with its comma"),
    ),
    "a lot of nothing": (
        "test_the_region_is_a_country",
        {"lot_size=1000": "lot_size=0"},
        ("exchange XTAI: lot_size is 0", "1 or more"),
    ),
    "a MIC that is none": (
        "test_its_mics_are_real",
        {'"XTAI"': '"XTAQ"'},
        ("MIC XTAQ is not in ISO 10383", "new_mics=('XTAQ',)"),
    ),
    "a MIC elsewhere": (
        "test_its_mics_are_real",
        {'"XTAI"': '"XTKS"'},
        ("MIC XTKS is TOKYO STOCK EXCHANGE in JP, not in ", "correct Exchange('XTKS'"),
    ),
    "a currency that is none": (
        "test_its_currencies_are_real",
        {'"TWD"': '"TWX"'},
        ("'TWX' is not in ISO 4217", "three letters"),
    ),
    "a Yahoo code that is none": (
        "test_its_yahoo_codes_are_real",
        {'("TAI",)': '("TPE",)'},
        ("Yahoo has no exchange 'TPE'", "Yahoo's codes in TW are TAI, TWO"),
    ),
    "a GICS code that is none": (
        "test_the_region_is_a_country",
        {FACTS: 'kis_meanings={"230": KisMeaning("230", "x", "999999", 0.9, "why")}, '},
        ("not loaded: market ", "gics_code is '999999'", "`spock regions`"),
    ),
    "a judgement that is too sure": (
        "test_its_meanings_and_judgements_can_be_used",
        {FACTS: 'judgements=(Judgement(("230",), "45", 85, "why"),), '},
        ("judgements[0]: confidence is 85", "at most 1"),
    ),
    "a judgement by a pattern that is none": (
        "test_its_meanings_and_judgements_can_be_used",
        {FACTS: 'judgements=(Judgement(("230",), "45", 0.8, "why", "("),), '},
        ("judgements[0]: name is '('", "a regular expression"),
    ),
    "a recipe for another list": (
        "test_its_recipe_has_a_list_for_each_exchange",
        {"@hookimpl": "from spock_core import ListRecipe, Recipe\n@hookimpl\n"
         "def spock_sandbox_recipe(market):\n"
         "    return market.region == 'TW' and Recipe('TW', (ListRecipe('TAI', str, stocks=9),)) or None\n@hookimpl"},
        ("the recipe has the lists ['TAI']: exchange XTAI is there 0 times", "ListRecipe('XTAI'"),
    ),
    "a recipe with one ticker": (
        "test_its_recipe_makes_tickers",
        {"@hookimpl": "from spock_core import ListRecipe, Recipe\n@hookimpl\n"
         "def spock_sandbox_recipe(market):\n"
         "    return market.region == 'TW' and Recipe('TW', (ListRecipe('XTAI', lambda n: '2330', stocks=9),)) or None\n@hookimpl"},
        ("the tickers of XTAI in the recipe: 1 of 2,000 are different", "tickers_like"),
    ),
    "lists from nobody": (
        "test_somebody_gives_its_lists",
        {'listed_by="csv"': 'listed_by="nobody"'},
        ("no installed plugin has the lists of ", "which is listed by 'nobody'", "spock_listings"),
    ),
    "lists of KIS without its code": (
        "test_somebody_gives_its_lists",
        {'listed_by="csv"': 'listed_by="kis"'},
        ("which is listed by 'kis' and has no KIS code", "spock_listings"),
    ),
    "symbols for everybody else": (
        "test_its_hooks_leave_other_regions_alone",
        {"@hookimpl": "@hookimpl\ndef spock_yahoo_symbol(market, listing):\n"
         "    return None if market.region == 'TW' else 'AAPL'\n@hookimpl"},
        ("spock_yahoo_symbol answered for region ZZ", ": AAPL", "begin spock_yahoo_symbol with"),
    ),
    "sources that are a number": (
        "test_a_run_classifies_the_market",
        {"@hookimpl": "@hookimpl\ndef spock_sources():\n    return 5\n@hookimpl"},
        ("spock_sources of plugin spock-REGION:", "failed: TypeError", "docs/plugins.md"),
    ),
    "an observer that raises": (
        "test_an_empty_list_is_refused",
        {"@hookimpl": "@hookimpl\ndef spock_run_started(event):\n    raise ValueError('no')\n@hookimpl"},
        ("spock_run_started of plugin spock-REGION:", "failed: ValueError: no"),
    ),
    "lists for everybody": (
        "test_its_hooks_leave_other_regions_alone",
        {"@hookimpl": "@hookimpl\ndef spock_listings(market, states, run):\n"
         "    return () if run.settings.regions == ('ALL',) else None\n@hookimpl"},
        ("spock_listings answered for region ZZ", "begin spock_listings with: if market.region != "),
    ),
    "a symbol rule that raises": (
        "test_every_listing_has_its_yahoo_symbol_or_none",
        {SYMBOL: "return listing.name.split()[0] + '.TW'"},
        ("yahoo_symbol raised AttributeError: 'NoneType'", "spock_REGION.py, line "),
    ),
    "an empty symbol": (
        "test_every_listing_has_its_yahoo_symbol_or_none",
        {SYMBOL: "return ''"},
        ("yahoo_symbol returned ''", "or None for what Yahoo does not have"),
    ),
    "a symbol by chance": (
        "test_a_listing_has_one_yahoo_symbol",
        {SYMBOL: "return f'{random.random()}.TW'"},
        ("and then '0.", "use nothing but the listing to decide"),
    ),
    "one symbol for two": (
        "test_two_listings_have_two_yahoo_symbols",
        {SYMBOL: "return f'{listing.ticker[:3]}.TW'"},
        ("two listings have the Yahoo symbol 'AAA.TW': ticker 'AAAA'", "distinguishes the two"),
    ),
    "another suffix than it says": (
        "test_symbols_end_as_the_exchange_says",
        {SYMBOL: "return f'{listing.ticker}.TWO'"},
        (".TWO' and exchange XTAI has the suffix '.TW'", "correct yahoo_suffix"),
    ),
    "a word instead of a security type": (
        "test_every_listing_has_a_security_type",
        {TYPE: "return 'common'"},
        ("security_type returned 'common'", "return a SecurityType"),
    ),
    "a security type by turns": (
        "test_a_listing_has_one_security_type",
        {TYPE: "SEEN.append(1); return list(SecurityType)[len(SEEN) % 3]"},
        ("security_type returned <SecurityType", "use nothing but the listing to decide"),
    ),
    "everything is common stock": (
        "test_an_index_or_a_fund_is_no_common_stock",
        {TYPE: "return SecurityType.COMMON"},
        ("security_type returned common for", "type_from_list(listing)"),
    ),
    "a match instead of yes": (
        "test_every_listing_is_a_spac_or_not",
        {SPAC: "return re.search('ACQ', listing.name or '')"},
        ("is_spac returned None", "with bool("),
    ),
    "a word instead of tickers": (
        "test_every_listing_has_tickers_of_its_issuer_or_none",
        {"kis_meanings={}, ": "issuer_tickers=lambda one: one.ticker, "},
        ("issuer_tickers returned", "return a tuple of tickers"),
    ),
    "a counter of nobody's share": (
        "test_every_listing_is_another_counter_or_not",
        {"kis_meanings={}, ": "is_counter=lambda one: True, "},
        ("is_counter returned True and issuer_tickers nothing", "return the ticker of the share"),
    ),
    "a name that cannot be encoded": (
        "test_no_name_makes_a_rule_raise",
        {TYPE: "(listing.name or '').encode(); return type_from_list(listing)"},
        ("security_type raised UnicodeEncodeError", "one bad line would end the region's run"),
    ),
    "a ticker that is empty": (
        "test_no_ticker_makes_a_rule_raise",
        {TYPE: "listing.ticker[0]; return type_from_list(listing)"},
        ("security_type raised IndexError", "for ticker ''"),
    ),
    "a pattern that runs away": (
        "test_no_name_makes_a_rule_run_away",
        {SPAC: "return bool(re.search('(A+)+$', listing.name or ''))"},
        ("is_spac took more than 1 s for ticker", "repetitions inside a repetition"),
    ),
    "lists that are believed when empty": (
        "test_an_empty_list_is_refused",
        {"import random, re": "import random, re\nfrom spock_core.pipeline import list_stage\n"
         "list_stage.check_list = list_stage.check_content = lambda *a, **k: None"},
        ("an empty list left", "interfere when core reads the lists"),
    ),
    "lists that are believed when damaged": (
        "test_a_damaged_list_is_refused",
        {"import random, re": "import random, re\nfrom spock_core.pipeline import list_stage\n"
         "list_stage.check_list = list_stage.check_content = lambda *a, **k: None"},
        ("a damaged list left", "with exit code 0"),
    ),
    "damaged lines whose stocks are taken for gone": (
        "test_a_few_damaged_lines_cost_nothing",
        {"import random, re": "import random, re\nfrom spock_core.store import listings\n"
         "listings.Staging.protect = lambda *a: None"},
        ("damaged lines removed", "interfere when core reads the lists"),
    ),
    "rules that keep all they see": (
        "test_a_huge_list_is_read",
        {TYPE: "SEEN.append(b'x' * 20_000); return type_from_list(listing)"},
        ("20,000 lines took", "bound every cache"),
    ),
    "symbols that Yahoo does not have": (
        "test_a_run_classifies_the_market",
        {SYMBOL: "return None"},
        ("of 150 common shares have a sector", "correct yahoo_symbol and the yahoo_codes"),
    ),
    "a plugin that forgets what Yahoo said": (
        "test_a_second_run_asks_yahoo_nothing",
        {"@hookimpl": AFTER.format("DELETE FROM observations")},
        ("the second run made", "the same answer in every run"),
    ),
    "a market that cannot stand neighbours": (
        "test_another_region_may_fail",
        {TYPE: "len(RUNS[-1]) > 1 and 1 / 0; return type_from_list(listing)",
         "@hookimpl": "@hookimpl\ndef spock_run_started(event): RUNS.append(event.regions)\n"
         "RUNS.append(())\n@hookimpl"},
        ("in a run with a region that fails, AE ended as error: ZeroDivisionError", "return None"),
    ),
    "a plugin that takes its data with it": (
        "test_what_it_brought_outlives_the_plugin",
        {"@hookimpl": AFTER.format("DELETE FROM tickers")},
        ("without the plugin, `spock ", "the register must not need the plugin"),
    ),
}  # fmt: skip
"""What is wrong: the contract that it breaks, what is written otherwise, and what must be said."""


RUNS = {name for room in (ListingContracts, RunContracts) for name in vars(room)}
NEEDS_RUNS = {
    fault for fault, (contract, _, _) in WRONG.items()
    if contract in RUNS or contract == "test_somebody_gives_its_lists"
}  # fmt: skip
"""Faults that show in runs, or where nobody gives lists: the other process has who gives some."""
INSTALLED = {"TW", *load_plugins().markets}
REGIONS = {
    "no country": "QX",
    "a Yahoo code that is none": "TW",
    "a market that cannot stand neighbours": "AE",
}


def run_kit(
    folder: Path, markets: Mapping[str, str], contracts: Iterable[str], page: str = ""
) -> str:
    """Runs contracts, as `region::name`, on markets in another process; gives what pytest says."""
    project = "spock-elsewhere" if len(markets) > 1 else f"spock-{next(iter(markets)).lower()}"
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{project}"\n')
    lines = ["from spock_core.testing import market_contract"]
    for region, text in markets.items():
        name = f"spock-{region.lower()}"
        source = text.replace('"TW"', f'"{region}"').replace("'TW'", f"'{region}'")
        write_plugin(folder / "site", name, source, entry=region.lower(), version="1.0")
        lines.append(f"Test{region} = market_contract({region!r})")
    asked = [f"Test{contract}" for contract in contracts]
    return run_contracts(folder, page or "\n".join(lines), asked)


@pytest.mark.parametrize("in_runs", [False, True], ids=["facts and rules", "runs"])
def test_wrong_markets_fail_with_a_message_that_names_the_fault(in_runs: bool, tmp_path: Path):
    faults = [fault for fault in WRONG if (fault in NEEDS_RUNS) is in_runs]
    taken = {*INSTALLED, *REGIONS.values()}
    free = (one.alpha_2 for one in pycountry.countries if one.alpha_2 not in taken)
    regions = {fault: REGIONS.get(fault) or next(free) for fault in faults}
    said = run_kit(
        tmp_path,
        {regions[fault]: changed(RIGHT, WRONG[fault][1]) for fault in faults},
        [f"{regions[fault]}::{WRONG[fault][0]}" for fault in faults],
    )
    wanted = {
        region: [word.replace("REGION", region.lower()) for word in WRONG[fault][2]]
        for fault, region in regions.items()
    }
    check_told(said, wanted)


def test_every_contract_has_a_market_that_breaks_it():
    contracts = {name for name in dir(market_contract("TW")) if name.startswith("test_")}
    assert contracts == {contract for contract, _, _ in WRONG.values()}


OWN = (
    RIGHT.replace('listed_by="csv"', 'listed_by="kis"')
    + """
@hookimpl
def spock_listings(market):
    if market.region == "TW":
        raise ConnectionError("this would be the internet")
"""
)
"""A market that says nothing of its listing source and has code of its own for its lists."""
CLASSIFIED = "test_a_run_classifies_the_market"
OF_LISTERS = (
    "test_somebody_gives_its_lists",
    "test_its_hooks_leave_other_regions_alone",
    CLASSIFIED,
)
"""Contracts that a listing source might break."""


def test_the_markets_of_the_docs_keep_every_contract_and_own_lists_are_never_read(tmp_path: Path):
    page = TESTS["spock_tw"] + "".join(
        f"\nTest{region} = market_contract('{region}', distribution='spock-{region.lower()}')"
        for region in ("NO", "CL")
    )
    said = run_kit(
        tmp_path,
        {"TW": EXAMPLES["spock_tw"], "NO": EXAMPLES["spock_almanac"], "CL": OWN},
        ("Market", *(f"NO::{name}" for name in OF_LISTERS), f"CL::{CLASSIFIED}"),
        page.replace('market_contract("TW")', "market_contract('TW', distribution='spock-tw')"),
    )
    check_all_pass(said)


def test_a_command_that_ends_with_words_has_said_them_and_failed(bring, spock):
    source = """
        import sys
        from spock_core import hookimpl
        from spock_core import Command
        @hookimpl
        def spock_cli_commands():
            return [Command("ends", "Ends.", lambda parser: None, lambda *_: sys.exit("bad input"))]
    """
    bring("spock-ends", source, entry="ends")
    outcome = spock("ends")
    assert (outcome.code, outcome.err) == (1, "bad input\n")

"""Plugins that raise, dawdle or talk nonsense: the run of everybody else is untouched."""

from __future__ import annotations

import inspect
import textwrap

import pytest

from spock_core.plugins import hookspecs
from tests.conftest import Spock
from tests.support.distributions import Bring
from tests.support.faulty import MARKET, assert_untouched, implementation, rows
from tests.support.faulty import run as run  # noqa: PLC0414  a fixture
from tests.support.faulty import usual as usual  # noqa: PLC0414  a fixture

HOOKS = sorted(name for name in vars(hookspecs) if name.startswith("spock_"))
OBSERVERS = [
    "spock_run_started", "spock_run_finished", "spock_region_started", "spock_region_listed",
    "spock_region_finished", "spock_stocks_classified", "spock_request_made", "spock_retry",
]  # fmt: skip


@pytest.mark.parametrize(
    ("hook", "error"),
    [(hook, "RuntimeError") for hook in HOOKS if not hook.startswith("spock_sandbox_")]
    + [(hook, "SystemExit") for hook in ("spock_markets", "spock_listings", "spock_run_started")]
    + [(hook, "Stopped") for hook in ("spock_listings", "spock_run_started", "spock_executor")],
)
def test_a_plugin_that_raises_is_named_and_changes_nothing(run, usual, bring: Bring, hook, error):
    """Also one that calls `exit()`, or says that the run was asked to stop, which it was not."""
    source = implementation(hook, f"raise {error}('tired')")
    bring("spock-bad", f"from spock_core.domain.errors import Stopped\n{source}")
    outcome = run()
    assert_untouched(outcome, usual)
    named = (
        "spock-bad 1.0 is not loaded" if hook == "spock_markets" else "plugin spock-bad:tw failed"
    )
    [line] = [line for line in outcome.err.splitlines() if "spock-bad" in line]
    assert named in line
    assert hook in line or hook == "spock_markets"
    assert "tired" in line


@pytest.mark.parametrize("answer", ["raise RuntimeError('tired')", "return 5", "return [None]"])
def test_a_bad_recipe_is_named_and_costs_nobody_the_sandbox(spock: Spock, bring: Bring, answer):
    command = ("enrich", "--sandbox", "--sandbox-size", 300, "--json", "--regions", "VN", "HK")
    assert spock(*command).code == 0
    before = rows("spock-sandbox.db")
    bring("spock-bad", implementation("spock_sandbox_recipe", answer))
    outcome = spock(*command, "--database", "sqlite:///spoilt.db")
    assert outcome.code == 0, outcome.err
    assert "plugin spock-bad:tw failed in spock_sandbox_recipe" in outcome.err
    assert rows("spoilt.db") == before != []


def test_a_recipe_that_makes_nothing_new_gives_way_to_a_plain_one(spock: Spock, bring: Bring):
    bring(
        "spock-bad",
        """
        from spock_core import Exchange, Market, hookimpl
        from spock_core import ListRecipe, Recipe

        @hookimpl
        def spock_markets():
            return [Market("TW", "Taiwan", (Exchange("XTAI", "T", "TWD", "TAI"),))]

        @hookimpl
        def spock_sandbox_recipe(market):
            if market.region == "TW":
                return Recipe("TW", (ListRecipe("TAI", lambda number: "SAME", stocks=900),))
        """,
    )
    outcome = spock("enrich", "--sandbox", "--sandbox-size", 3_000, "--json", "--regions", "TW")
    assert outcome.code == 0, outcome.err
    assert "spock_sandbox_recipe: ValueError: TAI: its tickers repeat" in outcome.err
    assert outcome.region("TW")["total"] > 50


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("yahoo_symbol=lambda one: 1 / 0", "ZeroDivisionError"),
        ("security_type=lambda one: exit(5)", "SystemExit: 5"),
        ("yahoo_symbol=lambda one: [one.ticker]", "TypeError: yahoo_symbol returned a list"),
    ],
)
def test_a_market_whose_rules_fail_is_left_out_of_the_sandbox(
    spock: Spock, bring: Bring, rule, words
):
    market = MARKET.replace('yahoo_symbol=lambda one: one.ticker + ".TW"', rule)
    bring("spock-bad", market.replace('"TWD"', '"TWD", "TAI"', 1))
    command = ("enrich", "--sandbox", "--sandbox-size", 3_000, "--json", "--regions", "VN")
    outcome = spock(*command)
    assert outcome.code == 0, outcome.err
    assert outcome.region("VN")["total"] > 0
    assert f"plugin spock-bad:tw failed in spock_sandbox_recipe: {words}" in outcome.err


def test_words_that_a_master_file_cannot_hold_cost_their_recipe_alone(spock: Spock, bring: Bring):
    recipe = """
        from spock_core import ListRecipe, Recipe, tickers_like

        @hookimpl
        def spock_sandbox_recipe(market):
            if market.region == "TW":
                one = ListRecipe("TAI", tickers_like("AAAA"), stocks=900)
                return Recipe("TW", (one,), legal_forms=("\\U0001f600",))
        """
    market = textwrap.dedent(MARKET).replace('"TWD"', '"TWD", "TAI"', 1)
    bring("spock-bad", market + textwrap.dedent(recipe))
    command = ("enrich", "--sandbox", "--sandbox-size", 3_000, "--json", "--regions", "VN", "TW")
    outcome = spock(*command)
    assert outcome.code == 0, outcome.err
    assert "plugin spock-bad:tw failed in spock_sandbox_recipe: Unicode" in outcome.err
    assert outcome.region("TW")["total"] > 50


def test_slow_observers_cost_time_and_nothing_else(run, usual, bring: Bring):
    slow = "\n".join(
        f"@hookimpl\ndef {hook}({', '.join(inspect.signature(vars(hookspecs)[hook]).parameters)}):"
        " time.sleep(0.02)"
        for hook in OBSERVERS
    )
    source = f"import time\nfrom spock_core import hookimpl\n{slow}"
    bring("spock-slow", source)
    outcome = run()
    assert_untouched(outcome, usual)
    assert "spock-slow" not in outcome.err


LISTS = "import spock_core.domain as d\none = market.exchanges[0]\n"
NONSENSE = {
    "lists-number": ("spock_listings", "return 5"),
    "lists-words": ("spock_listings", "return ['a', 'b']"),
    "lists-half-way": (
        "spock_listings",
        LISTS + "yield d.VenueList(one)\nraise RuntimeError('half-way')",
    ),
    "lists-exit": ("spock_listings", "yield from ()\nexit(5)"),
    "lists-of-nobody": (
        "spock_listings",
        LISTS + "return [d.VenueList(d.Exchange('XXXX', 'X', 'USD'))]",
    ),
    "lists-twice": ("spock_listings", LISTS + "return [d.VenueList(one), d.VenueList(one)]"),
    "lists-state": ("spock_listings", LISTS + "return [d.VenueList(one, state='v1')]"),
    "lists-state-object": (
        "spock_listings",
        LISTS + "return [d.VenueList(one, state=d.ListState(etag=object()))]",
    ),
    "lists-state-long": (
        "spock_listings",
        LISTS + "return [d.VenueList(one, state=d.ListState(last_modified='x' * 65))]",
    ),
    "lists-error": ("spock_listings", LISTS + "return [d.VenueList(one, error=5)]"),
    "symbol-number": ("spock_yahoo_symbol", "return 5"),
    "symbol-endless": ("spock_yahoo_symbol", "return 'X' * 41"),
    "symbol-escape": ("spock_yahoo_symbol", "return '\\x1b[2J'"),
    "executor": ("spock_executor", "return 'threads'"),
    "executor-idle": (
        "spock_executor",
        "from concurrent.futures import Executor\nreturn Executor()",
    ),
    "sources-number": ("spock_sources", "return 5"),
    "sources-half-way": ("spock_sources", "yield from ()\nraise RuntimeError('half-way')"),
    "sources-nothing": ("spock_sources", "return [object()]"),
    "sources-exit": ("spock_sources", "yield from ()\nexit(5)"),
    "commands-exit": ("spock_cli_commands", "yield from ()\nexit(5)"),
    "commands-number": ("spock_cli_commands", "return 5"),
    "commands-nothing": ("spock_cli_commands", "return [object()]"),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_a_plugin_that_talks_nonsense_is_named_and_changes_nothing(run, usual, bring: Bring, case):
    hook, body = NONSENSE[case]
    source = implementation(hook, body)
    bring("spock-bad", source)
    outcome = run()
    assert_untouched(outcome, usual)
    assert f"plugin spock-bad:tw failed in {hook}" in outcome.err


def test_a_plugin_that_answers_for_everybody_with_nothing_costs_nobody_a_list(
    run, usual, bring: Bring
):
    """Easily done: a hook with `yield` in it never answers None."""
    body = "if market.region == 'TW':\n    yield None"
    bring("spock-bad", implementation("spock_listings", body))
    assert_untouched(run(), usual)


SOURCE = """
    from spock_core import Claim, Observation, hookimpl

    class Bad:
        name, counts_as = "bad", "bad"

        def observe(self, market, listings, now):
            good = [Observation(market.region, one.ticker, "bad", {{"word": "x"}}, now)
                    for one in listings]
            {observe}

        def claim(self, observation, market):
            {claim}

    @hookimpl
    def spock_sources():
        bad = Bad()
        {spoil}
        return [bad]
    """
SAY_NOTHING = {"observe": "return good", "claim": "return None", "spoil": "pass"}
BAD_SOURCES = {
    "name": {"spoil": "bad.name = 5"},
    "capitals": {"spoil": "bad.name = 'Bad'"},
    "counts-as": {"spoil": "bad.counts_as = None"},
    "no-claim": {"spoil": "bad.claim = None"},
    "taken": {"spoil": "bad.name = 'kis'"},
    "observe-raises": {"observe": "yield good[0]; raise RuntimeError('half-way')"},
    "observe-exits": {"observe": "exit(5)"},
    "observe-exits-half-way": {"observe": "yield good[0]; exit(5)"},
    "observe-stops": {
        "observe": "from spock_core.domain.errors import Stopped; raise Stopped('tired')"
    },
    "observe-none": {"observe": "return None"},
    "observe-numbers": {"observe": "return [5]"},
    "observe-region": {"observe": "return [one._replace(region='US') for one in good]"},
    "observe-other-source": {"observe": "return [one._replace(source='kis') for one in good]"},
    "observe-ticker": {"observe": "return [one._replace(ticker=[]) for one in good]"},
    "observe-words": {"observe": "return [one._replace(words={'a': 5}) for one in good]"},
    "observe-no-words": {"observe": "return [one._replace(words=None) for one in good]"},
    "observe-time": {"observe": "return [one._replace(observed_at='now') for one in good]"},
    "observe-half-character": {
        "observe": "return [one._replace(words={'a': '\\ud800'}) for one in good]"
    },
    "observe-escape": {"observe": "return [one._replace(words={'\\x1b': 'a'}) for one in good]"},
    "observe-future": {
        "observe": "import datetime as d\n            "
        "return [one._replace(observed_at=now + d.timedelta(1)) for one in good]"
    },
    "observe-first-day": {
        "observe": "import datetime as d\n            zone = d.timezone(d.timedelta(hours=9))\n"
        "            first = d.datetime.min.replace(tzinfo=zone)\n"
        "            return [one._replace(observed_at=first) for one in good]"
    },
    "observe-endless": {"observe": "while True: yield good[0]"},
    "claim-odd-flag": {
        "claim": "import unittest.mock as m\n            "
        "return Claim('bad', '', 1.0, 'x', is_spac=m.MagicMock(__eq__=lambda *_: 1 / 0))"
    },
    "claim-raises": {"claim": "raise RuntimeError('tired')"},
    "claim-exits": {"claim": "exit(5)"},
    "claim-number": {"claim": "return 5"},
    "claim-source": {"claim": "return Claim('nobody', '45', 1.0, 'sure')"},
    "claim-code": {"claim": "return Claim('bad', '99', 1.0, 'sure')"},
    "claim-code-number": {"claim": "return Claim('bad', 45, 1.0, 'sure')"},
    "claim-confidence": {"claim": "return Claim('bad', '45', float('nan'), 'sure')"},
    "claim-weight": {"claim": "return Claim('bad', '45', 1.0, 'sure', weight=float('inf'))"},
    "claim-reason": {"claim": "return Claim('bad', '45', 1.0, None)"},
    "claim-half-character": {"claim": "return Claim('bad', '45', 1.0, '\\ud800')"},
    "claim-flag": {"claim": "return Claim('bad', '', 1.0, 'x', is_spac='yes')"},
}


@pytest.mark.parametrize("case", BAD_SOURCES)
def test_a_source_that_breaks_its_promises_is_named_and_says_nothing(
    run, usual, bring: Bring, case
):
    source = SOURCE.format(**SAY_NOTHING | BAD_SOURCES[case])
    bring("spock-bad", source)
    outcome = run()
    assert_untouched(outcome, usual)
    [line] = [line for line in outcome.err.splitlines() if "spock-bad" in line]
    assert "plugin spock-bad:tw failed in" in line


BAD_LISTS = {
    "number": ("return 5", "not iterable"),
    "raises": ("raise RuntimeError('tired')", "tired"),
    "half-way": ("yield VenueList(EXCHANGE)\n    raise RuntimeError('tired')", "tired"),
    "items": ("return [VenueList(EXCHANGE, items=5)]", "failed while its list was read"),
    "items-words": ("return [VenueList(EXCHANGE, items=['ab'])]", "pairs of a line number"),
    "items-raise": (
        "return [VenueList(EXCHANGE, items=((1, stock(str(1 // (3 - i)))) for i in range(9)))]",
        "ZeroDivisionError",
    ),
    "items-exit": (
        "return [VenueList(EXCHANGE, items=(exit(5) for _ in range(9)))]",
        "failed while its list was read: SystemExit: 5",
    ),
    "region": ("return [VenueList(EXCHANGE, items=[(1, stock('1', region='VN'))])]", "another"),
    "exchange": ("return [VenueList(EXCHANGE, items=[(1, stock('1', exchange='X'))])]", "another"),
    "ticker": ("return [VenueList(EXCHANGE, items=[(1, stock(5))])]", "an invalid ticker"),
    "name": ("return [VenueList(EXCHANGE, items=[(1, stock('1', name=5))])]", "an invalid name"),
    "lot": (
        "return [VenueList(EXCHANGE, items=[(1, stock('1', lot_size=0))])]",
        "an invalid lot_size",
    ),
    "type": ("return [VenueList(EXCHANGE, items=[(1, stock('1', asset_type='X'))])]", "asset_type"),
    "lot-true": (
        "return [VenueList(EXCHANGE, items=[(1, stock('1', lot_size=True))])]",
        "an invalid lot_",
    ),
    "line": ("return [VenueList(EXCHANGE, items=[(2**70, stock('1'))])]", "pairs of a line number"),
    "data-source": (
        "return [VenueList(EXCHANGE, items=[(1, stock('1', data_source=None))])]",
        "an invalid data_source",
    ),
    "receipt": (
        "return [VenueList(EXCHANGE, items=[(1, stock('1', is_depositary_receipt=()))])]",
        "an invalid is_depositary_receipt",
    ),
    "unchanged": (
        "return [VenueList(EXCHANGE, unchanged=True)]",
        "says it is unchanged, but no state is known",
    ),
    "symbol": ("return [VenueList(EXCHANGE, items=[(1, stock('1', yahoo_symbol=5))])]", "yahoo_"),
}


@pytest.mark.parametrize("case", BAD_LISTS)
def test_a_markets_own_bad_lists_fail_it_alone_and_name_its_plugin(run, usual, bring: Bring, case):
    body, words = BAD_LISTS[case]
    source = textwrap.dedent(MARKET)
    source += f"@hookimpl\ndef spock_listings(market, states, run):\n    if market is MARKET:\n        {body}\n"
    source = source.replace("\n    raise", "\n        raise")
    bring("spock-bad", source)
    outcome = run("--regions", "TW", "VN", "HK")
    assert outcome.code == 1
    assert rows() == usual
    assert [region["status"] for region in outcome.document["regions"]][1:] == ["success"] * 2
    error = outcome.region("TW")["error"]
    assert "plugin spock-bad:tw" in error
    assert words in error
    assert "\n" not in error


def test_tickers_that_come_twice_are_damage(run, bring: Bring, register):
    source = textwrap.dedent(MARKET) + textwrap.dedent("""
        @hookimpl
        def spock_listings(market, states, run):
            if market is MARKET:
                found = [(n, stock(str(n % 9))) for n in range(10)]
                return [VenueList(EXCHANGE, items=found)]
        """)
    bring("spock-bad", source)
    outcome = run("--regions", "TW", "VN")
    assert outcome.code == 0, outcome.err
    assert outcome.region("TW")["listing"]["damaged"] == 1
    assert register("SELECT count(*) FROM tickers WHERE region = 'TW'") == [(9,)]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("yahoo_symbol=lambda one: 5", "yahoo_symbol gives nonsense for 1"),
        ("security_type=lambda one: 'x'", "security_type gives nonsense for 1"),
        ("yahoo_symbol=lambda one: load_settings({'max_workers': 5}).x", "AttributeError"),
        ("yahoo_symbol=lambda one: load_settings({'max_retries': -1})", "--max-retries -1"),
        ("is_spac=lambda one: 1 / 0", "ZeroDivisionError"),
        ("issuer_tickers=lambda one: 1 / 0", "ZeroDivisionError"),
        ("yahoo_symbol=lambda one: exit(5)", "SystemExit: 5"),
        ("is_spac=lambda one: exit(5)", "SystemExit: 5"),
        ("issuer_tickers=lambda one: exit(5)", "SystemExit: 5"),
        ("security_type=lambda one: (_ for _ in ()).throw(Stopped('tired'))", "tired"),
    ],
)
def test_a_markets_rule_that_fails_or_gives_nonsense_fails_it_alone(run, bring: Bring, rule, words):
    source = textwrap.dedent(MARKET).replace('yahoo_symbol=lambda one: one.ticker + ".TW"', rule)
    source = f"from spock_core.settings.model import load_settings\n{source}"
    source = f"from spock_core.domain.errors import Stopped\n{source}"
    source += (
        "@hookimpl\ndef spock_listings(market, states, run):\n    if market is MARKET:\n"
        "        return [VenueList(EXCHANGE, items=[(1, stock('1'))])]\n"
    )
    bring("spock-bad", source)
    outcome = run("--regions", "TW", "VN")
    assert outcome.region("VN")["status"] == "success"
    assert words in outcome.region("TW")["error"]


def test_two_markets_of_one_plugin_for_one_region_are_refused(spock: Spock, bring: Bring):
    bring("spock-bad", MARKET.replace("(MARKET,)", "(MARKET, MARKET)"))
    assert "two markets for region TW" in spock("regions").out


def test_a_plugin_that_wants_a_newer_core_is_told_to_upgrade_it(spock: Spock, bring: Bring):
    bring("spock-bad", "from spock_core import hookimpl, SomethingNewer")
    assert "it may need a newer spock-core: upgrade it" in spock("regions").out


BAD_FACTS = {
    "priority": ("market TW: priority is '10'", ', yahoo_symbol', ', priority="10", yahoo_symbol'),
    "priority-nan": ("market TW: priority is nan", ', yahoo_symbol',
                     ', priority=float("nan"), yahoo_symbol'),
    "market-name": ("market TW: name is 5", '"TW", "Taiwan"', '"TW", 5'),
    "rule": ("market TW: is_spac is True", ', yahoo_symbol', ', is_spac=True, yahoo_symbol'),
    "name": ("exchange XTAI: name is None", '"XTAI", "Taiwan"', '"XTAI", None'),
    "name-lines": ("exchange XTAI: name is 'a", '"XTAI", "Taiwan"', '"XTAI", "a\\nb"'),
    "mic": ("exchange 5: mic is 5", '"XTAI"', '5'),
    "lot-none": ("exchange XTAI: lot_size is None", '"TWD", ', '"TWD", lot_size=None, '),
    "lot-list": ("exchange XTAI: lot_size is [1000]", '"TWD", ', '"TWD", lot_size=[1000], '),
    "lot-true": ("exchange XTAI: lot_size is True", '"TWD", ', '"TWD", lot_size=True, '),
    "lot-huge": ("lot_size is 1e+99", '"TWD", ', '"TWD", lot_size=1e99, '),
    "suffix": ("exchange XTAI: yahoo_suffix is None", '"TWD", ', '"TWD", yahoo_suffix=None, '),
    "codes": ("yahoo_codes is 'TAI'", '("TAI",)', '"TAI"'),
    "address": ("give a web address", '"TWD", ', '"TWD", list_address=5, '),
    "address-form": ("give a web address", '"TWD", ',
                     '"TWD", list_address="http://u:hush@[bad/x.csv", '),
    "address-host": ("a file: URL of this machine", '"TWD", ',
                     '"TWD", list_address="file://host/share/x", '),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FACTS)
def test_a_market_whose_facts_cannot_be_is_left_out_by_name(spock: Spock, bring: Bring, case):
    words, here, there = BAD_FACTS[case]
    assert here in MARKET
    bring("spock-bad", MARKET.replace(here, there, 1))
    outcome = spock("regions")
    assert outcome.code == 0
    said = " ".join(outcome.out.split())
    assert "not loaded: spock-bad 1.0 (tw): ValueError: " in said
    assert words in said
    assert "hush" not in said
    assert "VN" in said


def test_a_judgement_that_the_kit_refuses_is_refused_here_too(spock: Spock, bring: Bring):
    rule = 'judgements=(Judgement(("230",), "45", 85, "why"),), yahoo_symbol'
    source = MARKET.replace("yahoo_symbol", rule, 1).replace(
        "import AssetType", "import Judgement, AssetType", 1
    )
    bring("spock-bad", source)
    said = " ".join(spock("regions").out.split())
    advice = "judgements[0]: confidence is 85: give a share above 0, at most 1"
    assert f"not loaded: spock-bad 1.0 (tw): market TW: {advice}" in said


def lists_of(body: str) -> str:
    """The market TW, with lists of its own."""
    head = "@hookimpl\ndef spock_listings(market, states, run):\n    if market is MARKET:\n"
    return textwrap.dedent(MARKET) + head + textwrap.indent(textwrap.dedent(body), " " * 8)


def test_a_list_that_never_ends_is_refused(
    spock: Spock, bring: Bring, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("spock_core.plugins.checking.listings.MAX_LINES", 5_000)
    bring("spock-bad", "from itertools import count\n" + lists_of(
        "return [VenueList(EXCHANGE, items=((n, stock(str(n))) for n in count()))]"))  # fmt: skip
    outcome = spock("enrich", "--json", "--regions", "TW")
    assert outcome.code == 1
    assert "plugin spock-bad:tw returned more than 5,000 lines" in outcome.region("TW")["error"]


def test_an_exchange_of_which_no_list_is_given_loses_no_stock(
    spock: Spock, bring: Bring, register, monkeypatch: pytest.MonkeyPatch
):
    two = (
        'EXCHANGE = Exchange("XTAI", "Taiwan", "TWD")\nTWO = Exchange("ROCO", "Taipei", "TWD")\n'
        'MARKET = Market("TW", "Taiwan", (EXCHANGE, TWO))\n'
    )
    body = """
        import os
        given = [VenueList(EXCHANGE, items=[(1, stock("1"))]),
                 VenueList(TWO, items=[(1, stock("2", exchange="ROCO"))])]
        return given[: int(os.environ["GIVEN"])]
        """
    head, _, tail = lists_of(body).partition("\n\n@hookimpl")
    bring("spock-bad", f"{head}\n{two}\n@hookimpl{tail}")
    monkeypatch.setenv("GIVEN", "2")
    assert spock("enrich", "--json", "--regions", "TW").code == 0
    monkeypatch.setenv("GIVEN", "1")
    outcome = spock("enrich", "--json", "--regions", "TW")
    assert outcome.code == 1
    assert "ROCO: plugin spock-bad:tw returned no such list" in outcome.region("TW")["error"]
    assert register("SELECT count(*) FROM tickers WHERE is_active") == [(2,)]


def test_another_version_of_who_gives_lists_reads_them_again(spock: Spock, bring: Bring, tmp_path):
    bring("spock-bad", textwrap.dedent(MARKET))
    source = """
        from spock_core import AssetType, Listing, ListState, VenueList, hookimpl

        @hookimpl
        def spock_listings(market, states, run):
            if market.region == "TW":
                [one] = market.exchanges
                if "XTAI" in states:
                    return [VenueList(one, unchanged=True, state=states["XTAI"])]
                item = Listing("TW", "1", "A", None, "XTAI", None, "TWD", AssetType.STOCK, 1)
                return [VenueList(one, items=[(1, item)], state=ListState(etag="1"))]
        """
    module = bring("spock-lists", source, entry="lists")
    run = ("enrich", "--json", "--regions", "TW")

    def unchanged() -> list[str]:
        lists: list[str] = spock(*run).region("TW")["listing"]["not_modified"]
        return lists

    assert (unchanged(), unchanged()) == ([], ["XTAI"])
    (info,) = (tmp_path / "site").glob(f"{module}-*.dist-info")
    metadata = info / "METADATA"
    metadata.write_text(metadata.read_text().replace("Version: 1.0", "Version: 1.1"))
    assert (unchanged(), unchanged()) == ([], ["XTAI"])


def test_the_fault_of_one_regions_lists_is_not_told_of_another(spock: Spock, bring: Bring):
    other = textwrap.dedent(MARKET).replace('"TW", "Taiwan"', '"KR", "Korea"')
    bring("spock-bad", lists_of("raise RuntimeError('tired')"))
    bring("spock-kr", other.replace('"XTAI"', '"XKRX"'), entry="kr")
    outcome = spock("enrich", "--json", "--regions", "TW", "KR")
    assert "tired" in outcome.region("TW")["error"]
    assert "no installed plugin has the lists of KR" in outcome.region("KR")["error"]
    assert "tired" not in outcome.region("KR")["error"]

"""Whatever a plugin raises, wherever: it is named, and the run of everybody else is untouched."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.support.distributions import Bring
from tests.support.faulty import MARKET, assert_untouched, implementation
from tests.support.faulty import run as run  # noqa: PLC0414  a fixture
from tests.support.faulty import usual as usual  # noqa: PLC0414  a fixture

EXCEPTIONS = {
    "asyncio": ("import asyncio", "asyncio.CancelledError('tired')", "CancelledError: tired"),
    "futures": (
        "import concurrent.futures as c", "c.CancelledError('tired')", "CancelledError: tired"
    ),
    "generator": ("", "GeneratorExit('tired')", "GeneratorExit: tired"),
    "interrupt": ("", "KeyboardInterrupt('tired')", "KeyboardInterrupt: tired"),
    "exit": ("", "SystemExit(0)", "SystemExit: 0"),
    "iteration": ("", "StopIteration('tired')", ""),  # Python itself gives it another name
    "memory": ("", "MemoryError('tired')", "MemoryError: tired"),
    "own": ("class Own(BaseException): ...", "Own('tired')", "Own: tired"),
    "group": ("", "BaseExceptionGroup('tired', [KeyboardInterrupt()])", "Group: tired"),
    "mute": (
        "class Mute(BaseException):\n    def __str__(self): raise KeyboardInterrupt",
        "Mute()",
        "Mute",
    ),
    "escape": ("", "BaseException('\\x1b[2J tired\\n')", "[2J tired"),
}  # fmt: skip
"""By name: what the plugin needs for it, what it raises, and what is told of it."""

PLACES = {
    "import": ("", "raise {}"),
    "markets": ("spock_markets", "raise {}"),
    "settings": ("spock_settings", "raise {}"),
    "commands": ("spock_cli_commands", "raise {}"),
    "sources": ("spock_sources", "yield from ()\nraise {}"),
    "lists": ("spock_listings", "raise {}"),
    "lists-half-way": ("spock_listings", "yield from ()\nraise {}"),
    "symbol": ("spock_yahoo_symbol", "raise {}"),
    "executor": ("spock_executor", "raise {}"),
    "started": ("spock_run_started", "raise {}"),
    "request": ("spock_request_made", "raise {}"),
    "classified": ("spock_stocks_classified", "raise {}"),
    "finished": ("spock_run_finished", "raise {}"),
}
"""By name: a hook, and what it does; no hook is the module itself."""

CASES = [
    *((place, "asyncio") for place in PLACES),
    *((place, error) for place in ("lists", "executor", "classified") for error in EXCEPTIONS),
    *((place, "interrupt") for place in ("import", "settings")),
]


@pytest.mark.parametrize(("place", "error"), dict.fromkeys(CASES))
def test_no_exception_of_a_plugin_ends_the_command(run, usual, bring: Bring, place, error):
    preparation, raised, words = EXCEPTIONS[error]
    hook, body = PLACES[place]
    body = body.format(raised)
    source = implementation(hook, body) if hook else body
    bring("spock-bad", f"{preparation}\n{source}")
    outcome = run()
    assert_untouched(outcome, usual)
    told = [line for line in outcome.err.splitlines() if "spock-bad" in line]
    assert told, outcome.err
    assert words in told[0]
    assert "\x1b" not in outcome.err


SOURCE = """
    from spock_core import Observation, Table, TableFile, hookimpl

    class Own(BaseException): ...

    class Bad:
        name, counts_as = "bad", "bad"

        def observe(self, market, listings, now):
            {observe}
            return [Observation(market.region, listings[0].ticker, "bad", {{"word": "x"}}, now)]

        def claim(self, observation, market):
            {claim}

    @hookimpl
    def spock_sources():
        return [Bad()]
    """


@pytest.mark.parametrize("method", ["observe", "claim"])
@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "GeneratorExit", "Own"])
def test_no_exception_of_a_source_ends_the_command(run, usual, bring: Bring, method, raised):
    doing = {"observe": "pass", "claim": "pass", method: f"raise {raised}('tired')"}
    bring("spock-bad", SOURCE.format(**doing))
    outcome = run()
    assert_untouched(outcome, usual)
    assert f"plugin spock-bad:tw failed in {method} of source bad: {raised}: tired" in outcome.err


@pytest.mark.parametrize("raised", ["KeyboardInterrupt('tired')", "GeneratorExit('tired')"])
def test_a_list_that_raises_while_it_is_read_fails_its_market_alone(run, bring: Bring, raised):
    source = textwrap.dedent(MARKET) + textwrap.dedent(f"""
        def items():
            yield 1, stock("1")
            raise {raised}

        @hookimpl
        def spock_listings(market, states, run):
            if market is MARKET:
                return [VenueList(EXCHANGE, items=items())]
        """)
    bring("spock-bad", source)
    outcome = run("--regions", "TW", "VN")
    assert outcome.code == 1, outcome.err
    assert "failed while its list was read" in outcome.region("TW")["error"]
    assert outcome.region("VN")["status"] == "success"


@pytest.mark.parametrize("rule", ["yahoo_symbol", "security_type"])
def test_a_rule_of_a_market_that_raises_fails_its_market_alone(run, bring: Bring, rule):
    source = textwrap.dedent(MARKET).replace(
        'yahoo_symbol=lambda one: one.ticker + ".TW"', f"{rule}=tired"
    )
    source = source.replace(
        "EXCHANGE =", "def tired(one): raise GeneratorExit('tired')\nEXCHANGE =", 1
    )
    source += textwrap.dedent("""
        @hookimpl
        def spock_listings(market, states, run):
            if market is MARKET:
                return [VenueList(EXCHANGE, items=[(1, stock("1"))])]
        """)
    bring("spock-bad", source)
    outcome = run("--regions", "TW", "VN")
    assert outcome.code == 1, outcome.err
    assert "GeneratorExit: tired" in outcome.region("TW")["error"]
    assert outcome.region("VN")["status"] == "success"


@pytest.mark.parametrize(
    "where",
    [
        "",
        "@hookimpl\ndef spock_sources(): ",
        "@hookimpl\ndef spock_executor(workers, run): ",
        "@hookimpl\ndef spock_run_started(event): ",
    ],
)
def test_a_plugin_that_changes_the_working_folder_moves_no_file_of_the_user(
    run, bring: Bring, where, tmp_path
):
    (tmp_path / "elsewhere").mkdir()
    before = Path.cwd()
    bring("spock-bad", f"import os\nfrom spock_core import hookimpl\n{where}os.chdir('elsewhere')")
    outcome = run("--report-file", "report.txt")
    assert outcome.code == 0, outcome.err
    assert Path.cwd() == before
    assert Path("report.txt").exists()
    assert Path("spock.db").exists()
    assert not any((tmp_path / "elsewhere").iterdir())

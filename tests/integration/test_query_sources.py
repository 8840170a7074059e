"""A third party's query sources: planned, asked, believed and refused as Spock's own are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from spock_core.domain import Observation
from spock_core.sandbox.server import Sandbox
from spock_core.store.connection.opening import open_database
from spock_core.store.fetching import pending
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.acme import PAGE, Acme, plugin, serve_acme
from tests.support.distributions import Bring

BUSINESSES = ("Banks", "Software", "Mines")
ISIN = "US0378331005"


@pytest.fixture
def acme() -> Iterator[Acme]:
    with serve_acme() as server:
        yield server


@pytest.fixture
def install(acme: Acme, bring: Bring, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Installs Acme's plugin, and sets its address."""

    def do(*arguments: Any, **options: Any) -> None:
        bring("spock-acme", plugin(*arguments, **options), entry="acme")
        monkeypatch.setenv("SPOCK_ACME_URL", acme.url)

    return do


@pytest.fixture
def enrich(spock: Spock, sandbox: Sandbox, master_files: Path) -> Spock:
    """`spock enrich --json` of Hong Kong."""

    def run(sources: str, *arguments: object) -> Outcome:
        return spock(
            "enrich", "--json", "--regions", "HK", "--kis-master-url", master_files,
            "--yahoo-url", sandbox.url, "--yahoo-rate", 900, "--retry-delay", "0",
            "--sources", *sources.split(), *arguments,
        )  # fmt: skip

    return run


@pytest.fixture
def listed(enrich: Spock, acme: Acme, register) -> int:
    """A register with Hong Kong's stocks, all of which Acme has. Returns their number."""
    enrich("kis")
    rows = register(
        "SELECT region || ':' || ticker, exchange FROM tickers WHERE asset_type = 'STOCK'"
    )
    for number, (symbol, mic) in enumerate(sorted(rows)):
        acme.businesses[symbol] = BUSINESSES[number % 3], mic
    return len(rows)


def said(register, source: str = "acme-%") -> int:
    [(number,)] = register("SELECT count(*) FROM observations WHERE source LIKE ?", source)
    return int(number)


def test_groups_tell_of_many_stocks_a_request(enrich, acme, install, listed, register):
    install()
    outcome = enrich("acme-groups acme-stocks")
    assert outcome.code == 0
    assert said(register, "acme-groups") == listed
    pages = sum(-(-listed // 3 // PAGE) for _ in BUSINESSES)
    assert (
        acme.counters["/group"] == pages == outcome.document["planned"]["requests"]["acme-groups"]
    )
    assert acme.counters["/stocks"] == 0
    assert ("acme-groups",) in register("SELECT DISTINCT sector_source FROM stock_details")
    assert outcome.document["requests"]["acme"] == pages
    again = enrich("acme-groups acme-stocks")
    assert again.document["requests"].get("acme", 0) == 0


def test_stocks_are_asked_about_many_at_once_and_the_unknown_later(
    enrich, acme, install, listed, register, noon
):
    install()
    unknown = sorted(acme.businesses)[:3]
    for symbol in unknown:
        del acme.businesses[symbol]
    outcome = enrich("acme-stocks")
    assert outcome.code == 0
    assert acme.counters["/stocks"] == -(-listed // 20)
    assert said(register) == listed - 3
    assert len(register("SELECT * FROM unknowns WHERE source = 'acme-stocks'")) == 3
    noon.shift(timedelta(hours=1))
    enrich("acme-stocks")
    assert acme.counters["/stocks"] == -(-listed // 20)
    noon.shift(timedelta(days=1))
    enrich("acme-stocks")
    assert acme.counters["/stocks"] == -(-listed // 20) + 1


def test_what_no_group_has_is_asked_of_the_other_source(enrich, acme, install, listed, register):
    install()
    for symbol in sorted(acme.businesses)[:5]:
        acme.businesses[symbol] = "Software", "XNOWHERE"
    assert enrich("acme-groups acme-stocks").code == 0
    assert said(register, "acme-groups") == listed - 5
    assert said(register, "acme-stocks") == 5


def test_of_two_providers_that_tell_the_same_the_cheaper_is_asked_first(
    enrich, acme, sandbox, install, listed, register, noon
):
    install(("sector", "industry", "spac"))
    unknown = sorted(acme.businesses)[:40]
    for symbol in unknown:
        del acme.businesses[symbol]
    sources = "acme-groups acme-stocks yahoo-screener yahoo-profile"
    plan = enrich(sources, "--dry-run").document["plan"]["requests"]
    assert plan["acme-groups"] and not plan["yahoo-screener"]
    assert enrich(sources).code == 0
    assert sandbox.counters["yahoo screener"] == sandbox.counters["yahoo profile"] == 0
    assert said(register) == listed - 40
    noon.shift(timedelta(hours=10))  # the cheaper one is left alone with what it does not know
    assert enrich(sources).code == 0
    assert said(register, "yahoo-%") > 0
    assert said(register, "yahoo-%") <= 40
    assert said(register) == listed - 40


def test_providers_that_tell_other_things_are_both_asked(
    enrich, acme, sandbox, install, listed, register
):
    install(("identifiers",))
    acme.isins[next(iter(sorted(acme.businesses)))] = ISIN
    acme.isins[sorted(acme.businesses)[1]] = "US0378331006"  # a wrong check digit
    assert enrich("acme-stocks yahoo-screener yahoo-profile").code == 0
    assert said(register) == listed
    assert said(register, "yahoo-%") > 0
    assert register("SELECT value FROM identifiers WHERE source = 'acme-stocks'") == [(ISIN,)]


def test_a_budget_of_a_day_is_kept(enrich, acme, install, listed, register, noon):
    install(budget=30)
    outcome = enrich("acme-stocks")
    assert outcome.code == 0
    assert (said(register), outcome.document["planned"]["left"]) == (30, listed - 30)
    enrich("acme-stocks")
    assert said(register) == 30
    noon.shift(timedelta(days=1))
    enrich("acme-stocks")
    assert said(register) == 60


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("raise RuntimeError('oops')", "acme: its plugin spock-acme:acme failed: RuntimeError"),
        ("return 7", "acme: its plugin spock-acme:acme: it returned something else"),
        ("return {symbols[0]: Said({'business': 'x' * 9_999})}", "it returned something else"),
        ("raise SystemExit(1)", "acme: its plugin spock-acme:acme failed: SystemExit"),
    ],
)
def test_a_source_that_fails_costs_its_own_answers_alone(
    enrich, acme, install, listed, register, fault, words
):
    install(fault=fault)
    outcome = enrich("kis yahoo-screener yahoo-profile acme-stocks")
    assert outcome.code == 1  # a sector might have come from it
    assert words in str(outcome.region("HK")["error"])
    assert said(register) == 0
    assert said(register, "yahoo-%") > 0
    assert register("SELECT * FROM unknowns WHERE source LIKE 'acme%'") == []


def test_an_outage_of_what_no_sector_hangs_on_is_a_warning(enrich, acme, install, listed, register):
    install(("identifiers",))
    acme.status = 503
    outcome = enrich("kis acme-stocks")
    assert outcome.code == 0
    assert "acme: " in outcome.err
    assert "what it said before still counts" in outcome.err
    assert acme.counters.total() <= 40
    assert register("SELECT * FROM unknowns") == []


def test_a_provider_that_knows_nothing_is_an_outage(enrich, acme, install, listed, register):
    install()
    acme.businesses.clear()
    outcome = enrich("acme-groups acme-stocks")
    assert outcome.code == 1
    assert register("SELECT * FROM unknowns") == []
    assert outcome.region("HK")["failed"] == listed


def test_what_an_uninstalled_source_said_stays_and_counts_no_more(
    enrich, acme, install, listed, register, spock, monkeypatch
):
    install()
    enrich("acme-groups")
    monkeypatch.delenv("SPOCK_ACME_URL")
    monkeypatch.setattr(sys, "path", [one for one in sys.path if Path(one).name != "site"])
    assert enrich("kis").code == 0
    assert said(register) == listed
    [(ticker,)] = register("SELECT ticker FROM tickers WHERE asset_type = 'STOCK' LIMIT 1")
    shown = spock("show", f"HK:{ticker}").out
    assert "acme-groups" in shown
    assert "not installed" in shown


SERVICE = """
from spock_core import MadeUpService

@hookimpl
def spock_sandbox_services(businesses):
    def answer(request):
        assert request.path == "/stocks" and request.method == "GET" and request.document is None
        return {
            symbol: {"business": "Banks"} for symbol in request.query["symbols"].split(",")
            if symbol in known
        }
    known = {f"{listing.region}:{listing.ticker}" for listing in businesses}
    return [MadeUpService("acme_url", answer)]
"""


def test_in_the_sandbox_a_plugin_answers_for_its_provider(bring, spock, register):
    bring("spock-acme", plugin() + SERVICE, entry="acme")
    outcome = spock(
        "enrich", "--sandbox", "--sandbox-size", 300, "--regions", "VN", "--json",
        "--sources", "kis", "acme-stocks", "--database", "sqlite:///spock.db",
    )  # fmt: skip
    assert outcome.code == 0
    assert said(register, "acme-stocks") == outcome.region("VN")["total"] > 0


@pytest.mark.parametrize("sources", [["ALL", "acme-stocks"], ["kis", "acme-groups"]])
def test_made_up_stocks_are_never_asked_of_a_real_provider(
    bring, spock, acme, monkeypatch, sources
):
    source = plugin().replace("addresses=(settings.acme_url,)", f"addresses=({acme.url!r},)")
    bring("spock-acme", source, entry="acme")
    outcome = spock(
        "enrich", "--sandbox", "--sandbox-size", 100, "--regions", "VN", "--json",
        "--sources", *sources,
    )  # fmt: skip
    assert outcome.code == 0
    assert f"sandbox: {sources[-1]} is not asked: its plugin has no made-up answers" in outcome.err
    assert acme.counters.total() == 0


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("return [7]", "spock_sandbox_services: it returned 7 instead of MadeUpService"),
        ("raise ValueError('oops')", "spock_sandbox_services: ValueError: oops"),
    ],
)
def test_a_provider_that_cannot_be_made_up_is_told(bring, spock, service, words):
    hook = f"\n@hookimpl\ndef spock_sandbox_services(businesses):\n    {service}\n"
    bring("spock-acme", plugin() + hook, entry="acme")
    outcome = spock("enrich", "--sandbox", "--sandbox-size", 100, "--regions", "VN")
    assert outcome.code == 0
    assert words in outcome.err


def test_an_answer_may_have_more_stocks_than_a_statement_takes_values():
    with closing(open_database("sqlite:///spock.db", create=True)) as database:
        said = [Observation("US", f"T{n}", "kis", {}, datetime.now(UTC)) for n in range(40_000)]
        with database.write() as connection:
            pending.forget_unknowns(connection, said, ["kis"])

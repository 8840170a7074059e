"""A query source that raises, blocks, floods or lies: the rows of all others are as without it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spock_core.sandbox.kis_files import write_archives
from spock_core.sandbox.server import Sandbox
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.acme import Acme, plugin, serve_acme
from tests.support.distributions import Bring

OTHERS = {
    "tickers": "SELECT * FROM tickers ORDER BY region, ticker",
    "stock_details": "SELECT * FROM stock_details ORDER BY region, ticker",
    "observations": "SELECT region, ticker, source, words FROM observations "
    "WHERE source NOT LIKE 'acme%' ORDER BY 1, 2, 3",
    "identifiers": "SELECT region, ticker, scheme, value, source FROM identifiers "
    "WHERE source NOT LIKE 'acme%' ORDER BY 1, 2, 3, 4, 5",
    "unknowns": "SELECT region, ticker, source FROM unknowns WHERE source NOT LIKE 'acme%' "
    "ORDER BY 1, 2, 3",
}
"""What the register has of all other sources."""
MOMENTS = ("_at", "_updated")
"""How the names of columns end that differ between two runs."""
FLOOD = 300
"""Requests that one question makes."""

EVIL = {
    "raises": "raise RuntimeError('oops')",
    "exits": "raise SystemExit(1)",
    "floods with requests": f"[client.get('/stocks', params={{'symbols': symbols[0]}}) "
    f"for _ in range({FLOOD})]",
    "answers of all others": "return {f'HK:{n:05}': Said({'business': 'Banks'}) "
    "for n in range(10_000)}",
    "answers with endless words": "return {symbols[0]: Said({'business': 'x' * 1_000_000})}",
    "answers as another source": "return {symbols[0]: Said({'business': '1'}, 'kis', "
    "{'ISIN': 'US0378331006', 'source': 'kis'})}",
    "answers with something else": "return [symbols]",
}
"""What it does when it is asked, by what that is."""


@pytest.fixture
def acme() -> Iterator[Acme]:
    with serve_acme() as server:
        server.held = threading.Event()
        server.held.set()
        yield server
        server.held.set()


@pytest.fixture
def enrich(spock: Spock, small_sandbox: Sandbox, few_stocks: Any, tmp_path: Path) -> Spock:
    """`spock enrich` of Hong Kong with KIS, Yahoo and what else is named."""
    write_archives(few_stocks, tmp_path / "master")

    def run(*sources: str, database: str) -> Outcome:
        return spock(
            "enrich", "--json", "--regions", "HK", "--kis-master-url", tmp_path / "master",
            "--yahoo-url", small_sandbox.url, "--yahoo-rate", 900, "--retry-delay", "0",
            "--database", f"sqlite:///{database}", "--sources", "kis", "hkex", "yahoo-profile",
            *sources,
        )  # fmt: skip

    return run


def others(database: str) -> dict[str, list[dict[str, Any]]]:
    """All that a register has of other sources, without the moments."""
    with sqlite3.connect(database) as connection:
        connection.row_factory = sqlite3.Row
        return {
            name: [
                {key: one[key] for key in one.keys() if not key.endswith(MOMENTS)}  # noqa: SIM118
                for one in connection.execute(query)
            ]
            for name, query in OTHERS.items()
        }


_without: list[dict[str, list[dict[str, Any]]]] = []
"""What a register has without the bad source, made by whichever test is first."""


@pytest.fixture
def without(enrich: Spock) -> dict[str, list[dict[str, Any]]]:
    if not _without:
        assert enrich(database="without.db").code == 0
        _without.append(others("without.db"))
    assert all(_without[0][name] for name in OTHERS if name != "unknowns")
    return _without[0]


@pytest.fixture
def beside(
    enrich: Spock, acme: Acme, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """A run beside a source that tells identifiers, and does something else when it is asked."""

    def run(fault: str = "pass", **changes: str) -> Outcome:
        source = plugin(("identifiers",), fault=fault)
        source = source.replace("budget=None", f"budget=None, seconds={changes.get('seconds', 30)}")
        source = source.replace("    code = CODES.get", "    return None\n    code = CODES.get")
        bring("spock-acme", source, entry="acme")
        monkeypatch.setenv("SPOCK_ACME_URL", acme.url)
        return enrich("acme-stocks", database="spock.db")

    return run


@pytest.mark.parametrize("what", EVIL)
def test_what_it_does_leaves_the_rows_of_all_others_as_they_were(beside, without, what: str):
    outcome = beside(EVIL[what])
    assert outcome.code == 0, outcome.err
    assert others("spock.db") == without
    assert "Traceback" not in outcome.err


def test_a_provider_that_never_answers_costs_its_own_answers(beside, without, acme: Acme):
    assert acme.held is not None
    acme.held.clear()
    outcome = beside(seconds="0.1")
    acme.held.set()
    assert outcome.code == 0, outcome.err
    assert "acme" in outcome.err
    assert acme.counters.total() <= 40
    assert others("spock.db") == without


def test_answers_without_end_are_not_read(beside, without, acme: Acme):
    acme.padding = 9 * 1024 * 1024
    outcome = beside()
    assert outcome.code == 0, outcome.err
    assert "acme" in outcome.err
    assert acme.counters.total() <= 40
    assert others("spock.db") == without

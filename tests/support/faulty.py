"""Runs beside a plugin with a fault, and what shows that nobody else was touched."""

from __future__ import annotations

import inspect
import sqlite3
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from spock_core.plugins import hookspecs
from spock_core.sandbox.server import Sandbox
from spock_core.testing import Outcome

ROWS = (
    "SELECT region, ticker, name, exchange, kis_exchange, yahoo_symbol, security_type, lot_size,"
    " is_active, sector_code, industry_code, sector_source, sector_confidence"
    " FROM tickers LEFT JOIN stock_details USING (region, ticker)"
    " WHERE region IN ('VN', 'HK') ORDER BY region, ticker"
)

MARKET = """
    from spock_core import AssetType, Exchange, Listing, Market, VenueList, hookimpl

    EXCHANGE = Exchange("XTAI", "Taiwan", "TWD", yahoo_codes=("TAI",))
    MARKET = Market("TW", "Taiwan", (EXCHANGE,), yahoo_symbol=lambda one: one.ticker + ".TW")

    @hookimpl
    def spock_markets():
        return (MARKET,)

    def stock(ticker, **other):
        said = {"region": "TW", "name": "A", "name_local": None, "exchange": "XTAI",
                "kis_exchange": None, "currency": "TWD", "asset_type": AssetType.STOCK,
                "lot_size": 1} | other
        return Listing(ticker=ticker, **said)

    """
"""A plugin with a market of its own and no lists."""


@pytest.fixture
def run(spock: Callable[..., Outcome], small_sandbox: Sandbox) -> Callable[..., Outcome]:
    """A run that meets every hook: workers, Yahoo, a retry."""
    sandbox = small_sandbox

    def do(*arguments: object) -> Outcome:
        sandbox.kis.faults.status["hnxmst.cod.zip"] = 503
        sandbox.kis.faults.times["hnxmst.cod.zip"] = 1
        return spock(
            "enrich", "--json", "--parallel", "--max-workers", "2", "--regions", "VN", "HK",
            "--sources", "ALL", "--kis-master-url", sandbox.kis_master_url, "--yahoo-url",
            sandbox.url, "--yahoo-rate", "900", "--retry-delay", "0", *arguments,
        )  # fmt: skip

    return do


def rows(database: str = "spock.db") -> list[tuple[Any, ...]]:
    with sqlite3.connect(database) as connection:
        return connection.execute(ROWS).fetchall()


_usual: list[list[tuple[Any, ...]]] = []
"""The rows of a run without bad plugins, made by whichever test is first."""


@pytest.fixture
def usual(run) -> list[tuple[Any, ...]]:
    if not _usual:
        assert run("--database", "sqlite:///usual.db").code == 0
        _usual.append(rows("usual.db"))
    assert _usual[0]
    return _usual[0]


def assert_untouched(outcome: Outcome, usual: list[tuple[Any, ...]]) -> None:
    """A run with a bad plugin came to the same rows as one without."""
    assert outcome.code == 0, outcome.err
    assert outcome.region("VN")["retries"] == 1
    assert rows() == usual
    assert "Traceback" not in outcome.err


def implementation(hook: str, body: str) -> str:
    parameters = ", ".join(inspect.signature(vars(hookspecs)[hook]).parameters)
    body = textwrap.indent(textwrap.dedent(body), " " * 4)
    return f"from spock_core import hookimpl\n@hookimpl(tryfirst=True)\ndef {hook}({parameters}):\n{body}"

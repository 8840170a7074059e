"""Contracts of whole runs: in the sandbox, beside a region that fails, and after the plugin."""

from __future__ import annotations

from typing import Any

from spock_core.classification.gics import INDUSTRIES, SECTORS
from spock_core.domain import Market
from spock_core.plugins.registry import Plugins
from spock_core.testing.command import Outcome, Spock
from spock_core.testing.contracts.base import Contracts, check_nothing_passed_over
from spock_core.testing.failures import fail
from spock_core.testing.installed import (
    NEIGHBOUR,
    alone,
    beside_a_broken_region,
    is_served,
    with_lists,
    without,
)
from spock_core.testing.listings import of_exchange, size_for

STOCKS = 150
COOKIE_AND_CRUMB = 3
"""Requests before the first question to Yahoo."""
CLASSIFIED = 0.9
"""Share of common shares that must have a sector."""
WITH_INDUSTRY = 0.8
"""Share of common shares that must have an industry, where Yahoo carries the market."""


class RunContracts(Contracts):
    """A market in the sandbox is listed, classified, and left alone when nothing changed."""

    def test_a_run_classifies_the_market(self, market: Market, spock: Spock) -> None:
        """Sector, industry, their codes, and both flags are filled as they should be."""
        region = _enriched(spock, market)
        if not region["total"] or region["failed"]:
            fail(
                f"{region['failed']} of {region['total']} stocks failed: {region['error']}",
                "run `spock enrich --sandbox --verbose` and read why",
            )
        stocks = spock.rows(_STOCKS)
        if len(stocks) != region["total"]:
            fail(
                f"{region['total'] - len(stocks)} stocks have no row in stock_details",
                "run `spock enrich --sandbox --verbose` and read why",
            )
        for row in stocks:
            _check_stock(row)
        _check_shares(market, stocks)

    def test_a_second_run_asks_yahoo_nothing(self, market: Market, spock: Spock) -> None:
        """What was learned is kept."""
        _enriched(spock, market)
        again = _enrich(spock, market)
        _came_through(again, market)
        asked = again.document["requests"].get("yahoo", 0)
        for_lists = len(market.exchanges) + COOKIE_AND_CRUMB if market.listed_by == "yahoo" else 0
        if asked > for_lists:
            fail(
                f"the second run asked Yahoo {asked} times, and {for_lists} would do",
                "let yahoo_symbol and security_type give the same answer in every run",
            )

    def test_another_region_may_fail(self, market: Market, spock: Spock) -> None:
        """The market comes through, and only the other region is reported."""
        plugins = beside_a_broken_region(_in_the_sandbox(market))
        outcome = _enrich(spock, market, plugins, NEIGHBOUR, market.region)
        if outcome.code not in (0, 1):
            _came_through(outcome, market)
        broken, ours = outcome.region(NEIGHBOUR), outcome.region(market.region)
        if outcome.code != 1 or broken["status"] != "failed" or ours["status"] != "success":
            fail(
                f"beside a region that fails, {market.region} ended as {ours['status']}: "
                f"{ours['error']}",
                "let the hooks of this package answer None for another region's market",
            )

    def test_what_it_brought_outlives_the_plugin(self, market: Market, spock: Spock) -> None:
        """Uninstalled, its stocks can still be read."""
        _enriched(spock, market)
        plugins = without(market.region)
        [(ticker,)] = spock.rows("SELECT min(ticker) FROM stock_details")
        for words in (("status",), ("show", f"{market.region}:{ticker}")):
            outcome = spock(*words, "--database", DATABASE, "--sandbox", plugins=plugins)
            if outcome.code or market.region not in outcome.out:
                fail(
                    f"without the plugin, `spock {' '.join(words)}` ends with {outcome.code}: "
                    f"{outcome.err.strip() or outcome.out.strip()}",
                    "keep what the register needs in the register: Listing and Observation hold "
                    "plain text",
                )


DATABASE = "sqlite:///spock.db"
_STOCKS = """
    SELECT t.ticker, t.security_type, d.sector, d.sector_code, d.industry, d.industry_code,
           d.is_spac, d.is_preferred
    FROM tickers t JOIN stock_details d ON (t.region, t.ticker) = (d.region, d.ticker)
    WHERE t.is_active
"""


_KEPT: dict[str, tuple[bytes, dict[str, Any]]] = {}
"""The register after a first run, and what the run said of the region; by region."""


def _enriched(spock: Spock, market: Market) -> dict[str, Any]:
    """A register in which the market is enriched, and what the run said. It is run but once."""
    path = spock.folder / "spock.db"
    if market.region in _KEPT:
        path.write_bytes(_KEPT[market.region][0])
    else:
        said = _came_through(_enrich(spock, market), market)
        _KEPT[market.region] = (path.read_bytes(), said)
    return _KEPT[market.region][1]


def _enrich(spock: Spock, market: Market, plugins: Plugins | None = None, *regions: str) -> Outcome:
    plugins = plugins or _in_the_sandbox(market)
    outcome = spock(
        "enrich",
        "--json",
        "--sandbox",
        "--sandbox-size",
        size_for(market.region, STOCKS),
        "--yahoo-rate",
        1000,
        "--retry-delay",
        0,
        "--database",
        DATABASE,
        "--regions",
        *(regions or (market.region,)),
        plugins=plugins,
    )
    check_nothing_passed_over(plugins, market.region)
    return outcome


def _in_the_sandbox(market: Market) -> Plugins:
    """The market alone; with lists made up where the package itself would fetch them."""
    if is_served(market):
        return alone(market.region)
    return with_lists(
        market.region,
        lambda exchange: enumerate(of_exchange(market, exchange, STOCKS), start=1),
    )


def _came_through(outcome: Outcome, market: Market) -> dict[str, Any]:
    if outcome.code:
        fail(
            f"a run in the sandbox ended with {outcome.code}: {outcome.err.strip()}",
            f"run `spock enrich --sandbox --regions {market.region} --verbose` and read why",
        )
    return outcome.region(market.region)


def _check_stock(row: tuple[Any, ...]) -> None:
    ticker, kind, sector, sector_code, industry, industry_code, is_spac, is_preferred = row
    if sector_code is not None and SECTORS.get(sector_code) != sector:
        fail(f"{ticker}: sector {sector!r} has code {sector_code!r}", _CODES)
    if industry_code is not None:
        if INDUSTRIES.get(industry_code) != industry:
            fail(f"{ticker}: industry {industry!r} has code {industry_code!r}", _CODES)
        if not industry_code.startswith(sector_code):
            fail(f"{ticker}: industry {industry_code} is not in sector {sector_code}", _CODES)
    if is_spac is None or is_preferred is None:
        fail(
            f"{ticker}: is_spac is {is_spac} and is_preferred is {is_preferred}",
            "let is_spac and security_type answer for every listing",
        )
    if kind == "preferred" and not is_preferred:
        fail(f"{ticker} is preferred and is_preferred says no", "correct security_type")


_CODES = "give GICS codes in kis_meanings and judgements"


def _check_shares(market: Market, stocks: list[tuple[Any, ...]]) -> None:
    """Most common shares have a sector and, where Yahoo carries the market, an industry."""
    shares = [row for row in stocks if row[1] in ("common", "depositary_receipt", "reit")]
    if not shares:
        fail(
            f"none of {len(stocks)} stocks is a common share",
            "correct security_type: it may take a word of common names for something else",
        )
    on_yahoo = any(exchange.yahoo_codes for exchange in market.exchanges)
    wanted = [("a sector", 3, CLASSIFIED)]
    wanted += [("an industry", 5, WITH_INDUSTRY)] if on_yahoo else []
    for what, column, least in wanted:
        have = sum(row[column] is not None for row in shares)
        if have < least * len(shares):
            fail(
                f"{have} of {len(shares)} common shares have {what}",
                "correct yahoo_symbol and the yahoo_codes of the exchanges, by which Yahoo is "
                "asked; a market without Yahoo needs KIS codes or a source (hook spock_sources)",
            )

"""Contracts of whole runs: in the sandbox, with a failing region, and without the plugin."""

from __future__ import annotations

from typing import Any

from spock_core.classification.gics import INDUSTRIES, SECTORS
from spock_core.domain import Market
from spock_core.plugins.registry import Plugins
from spock_core.testing.command import Outcome, Spock
from spock_core.testing.contracts.base import Contracts, check_no_faults
from spock_core.testing.failures import fail
from spock_core.testing.installed import (
    NEIGHBOUR,
    core_has_all_lists,
    market_alone,
    with_failing_neighbour,
    with_lists,
    without_market,
)
from spock_core.testing.listings import exchange_listings, sandbox_size_for

STOCKS = 150
COOKIE_AND_CRUMB = 3
"""Requests to Yahoo before the first answer."""
CLASSIFIED = 0.9
"""Share of common shares that must have a sector."""
WITH_INDUSTRY = 0.6
"""Share of common shares that must have an industry, if Yahoo has the market. A quarter of Yahoo's
industries leave open which one it is in GICS."""


class RunContracts(Contracts):
    """In the sandbox the market is listed and classified, and a second run has nothing to do."""

    def test_a_run_classifies_the_market(self, market: Market, spock: Spock) -> None:
        """Stocks get sectors and industries with their codes, and both flags."""
        region = _enriched(spock, market)
        if not region["total"] or region["failed"]:
            fail(
                f"{region['failed']} of {region['total']} stocks failed: {region['error']}",
                "run `spock enrich --sandbox --verbose` to see the reason",
            )
        stocks = spock.rows(_STOCKS)
        if len(stocks) != region["total"]:
            fail(
                f"{region['total'] - len(stocks)} stocks have no row in stock_details",
                "run `spock enrich --sandbox --verbose` to see the reason",
            )
        for row in stocks:
            _check_stock(row)
        _check_shares(market, stocks)

    def test_a_second_run_asks_yahoo_nothing(self, market: Market, spock: Spock) -> None:
        """A second run reads Yahoo's answers from the register."""
        _enriched(spock, market)
        again = _enrich(spock, market)
        _check_success(again, market)
        asked = again.document["requests"].get("yahoo", 0)
        for_lists = len(market.exchanges) + COOKIE_AND_CRUMB if market.listed_by == "yahoo" else 0
        if asked > for_lists:
            fail(
                f"the second run made {asked} requests to Yahoo instead of {for_lists}",
                "let yahoo_symbol and security_type return the same answer in every run",
            )

    def test_another_region_may_fail(self, market: Market, spock: Spock) -> None:
        """If another region fails, this one succeeds."""
        plugins = with_failing_neighbour(_with_sandbox_lists(market))
        outcome = _enrich(spock, market, plugins, NEIGHBOUR, market.region)
        if outcome.code not in (0, 1):
            _check_success(outcome, market)
        broken, ours = outcome.region(NEIGHBOUR), outcome.region(market.region)
        if outcome.code != 1 or broken["status"] != "failed" or ours["status"] != "success":
            fail(
                f"in a run with a region that fails, {market.region} ended as {ours['status']}: "
                f"{ours['error']}",
                "let the hooks of this package return None for another region's market",
            )

    def test_what_it_brought_outlives_the_plugin(self, market: Market, spock: Spock) -> None:
        """Without the plugin, its stocks can still be read."""
        _enriched(spock, market)
        plugins = without_market(market.region)
        [(ticker,)] = spock.rows("SELECT min(ticker) FROM stock_details")
        for words in (("status",), ("show", f"{market.region}:{ticker}")):
            outcome = spock(*words, "--database", DATABASE, "--sandbox", plugins=plugins)
            if outcome.code or market.region not in outcome.out:
                fail(
                    f"without the plugin, `spock {' '.join(words)}` ends with {outcome.code}: "
                    f"{outcome.err.strip() or outcome.out.strip()}",
                    "use plain text in Listing and Observation: the register must not need the "
                    "plugin",
                )


DATABASE = "sqlite:///spock.db"
_STOCKS = """
    SELECT t.ticker, t.security_type, d.sector, d.sector_code, d.industry, d.industry_code,
           d.is_spac, d.is_preferred
    FROM tickers t JOIN stock_details d ON (t.region, t.ticker) = (d.region, d.ticker)
    WHERE t.is_active
"""


_KEPT: dict[str, tuple[bytes, dict[str, Any]]] = {}
"""The register after a first run, and the region's part of the run's document, by region."""


def _enriched(spock: Spock, market: Market) -> dict[str, Any]:
    """Provides a register after a run, and returns the region's part of the run's document.

    There is one run for each region; further calls copy its register.
    """
    path = spock.folder / "spock.db"
    if market.region in _KEPT:
        path.write_bytes(_KEPT[market.region][0])
    else:
        said = _check_success(_enrich(spock, market), market)
        _KEPT[market.region] = (path.read_bytes(), said)
    return _KEPT[market.region][1]


def _enrich(spock: Spock, market: Market, plugins: Plugins | None = None, *regions: str) -> Outcome:
    plugins = plugins or _with_sandbox_lists(market)
    outcome = spock(
        "enrich",
        "--json",
        "--sandbox",
        "--sandbox-size",
        sandbox_size_for(market.region, STOCKS),
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
    check_no_faults(plugins, market.region)
    return outcome


def _with_sandbox_lists(market: Market) -> Plugins:
    """Returns the market alone, with made-up lists if its package would fetch them."""
    if core_has_all_lists(market):
        return market_alone(market.region)
    return with_lists(
        market.region,
        lambda exchange: enumerate(exchange_listings(market, exchange, STOCKS), start=1),
    )


def _check_success(outcome: Outcome, market: Market) -> dict[str, Any]:
    if outcome.code:
        fail(
            f"a run in the sandbox ended with {outcome.code}: {outcome.err.strip()}",
            f"run `spock enrich --sandbox --regions {market.region} --verbose` to see the reason",
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
        fail(f"{ticker}: it is preferred but is_preferred is false", "correct security_type")


_CODES = "use GICS codes in kis_meanings and judgements"


def _check_shares(market: Market, stocks: list[tuple[Any, ...]]) -> None:
    """Fails the test unless most common shares have a sector and, from Yahoo, an industry."""
    shares = [row for row in stocks if row[1] in ("common", "depositary_receipt", "reit")]
    if not shares:
        fail(
            f"none of {len(stocks)} stocks is a common share",
            "correct security_type: it may misread a word that many companies have in their names",
        )
    on_yahoo = any(exchange.yahoo_codes for exchange in market.exchanges)
    wanted = [("a sector", 3, CLASSIFIED)]
    wanted += [("an industry", 5, WITH_INDUSTRY)] if on_yahoo else []
    for what, column, least in wanted:
        have = sum(row[column] is not None for row in shares)
        if have < least * len(shares):
            fail(
                f"{have} of {len(shares)} common shares have {what}",
                "correct yahoo_symbol and the yahoo_codes of the exchanges, with which Yahoo is "
                "asked; a market without Yahoo needs KIS codes or a source (hook spock_sources)",
            )

"""Listings for contracts, made up from the market's own recipe for the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from spock_core.domain import AssetType, Exchange, Listing, Market, with_security_type
from spock_core.plugins.recipe import ListRecipe, Recipe
from spock_core.sandbox.universe import FULL_SIZE, make_universe
from spock_core.sandbox.yahoo_knowledge import listing_of
from spock_core.testing.failures import call_rule, fail
from spock_core.testing.installed import market_alone

EXAMPLES = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
"""Examples are the same on every machine and in every run."""
_MADE_UP: dict[tuple[str, tuple[Exchange, ...]], list[Listing]] = {}
MANY_EXAMPLES = settings(EXAMPLES, max_examples=240)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ   0123456789.,&/%-()'abcz가나다中文ÄéИ"
NAMES = st.none() | st.text(st.sampled_from(_LETTERS), max_size=20)
"""Ordinary names; `contracts.hostile_text` has the others."""
CODES = st.sampled_from((None, "000", "010", "610", "630", "640", "720"))


HOOK = "spock_sandbox_recipe"


@cache
def recipe_of(region: str) -> Recipe:
    """Returns the recipe of a market's lists. Fails the test if its plugin has a bad one."""
    plugins = market_alone(region)
    found = next(
        (one for _, one in plugins.answers(HOOK, Recipe, market=plugins.markets[region])), None
    )
    faults = [why for (_, hook), why in plugins.faults.items() if hook == HOOK]
    if found is None or faults:
        fail(f"{HOOK} failed: {'; '.join(faults)}", "return a Recipe, or None for a plain one")
    return found


def sandbox_size_for(region: str, stocks: int) -> int:
    """Returns the `sandbox_size` with which one market has about this number of stocks."""
    full = sum(one.stocks for one in recipe_of(region).lists)
    return max(round(FULL_SIZE * stocks / max(full, 1)), 100)


def exchange_listings(market: Market, exchange: Exchange, stocks: int) -> list[Listing]:
    """Returns the listings of one list, as they are before any rule is applied."""
    return [
        one._replace(security_type=None)
        for one in listings(market.region, stocks)
        if (one.exchange, one.kis_exchange) == (exchange.mic, exchange.kis_code)
    ]


@cache
def listings(region: str, stocks: int) -> tuple[Listing, ...]:
    """Returns all listings of a made-up universe with about this number of stocks."""
    plugins = market_alone(region)
    universe = make_universe(plugins, sandbox_size_for(region, stocks))
    market = plugins.markets[region]
    return tuple(listing_of(one, market) for one in universe.instruments())


def for_any_listing(market: Market, check: Callable[[Listing], None]) -> None:
    """Runs a check on many listings that the market may have, and shrinks one for which it fails.

    The listings are as `security_type` sees them: no rule has been applied. To make them takes
    hypothesis longer than any check, so that they are made once for all checks: four times as many
    as each could make for itself. Where one is to be shrunk, the same ones are made once more.
    """
    try:
        for listing in _made_up_listings(market):
            check(listing)
    except (Exception, pytest.fail.Exception):
        _generate(market, check)
        raise


def _made_up_listings(market: Market) -> Sequence[Listing]:
    lists = market.region, market.exchanges
    if lists not in _MADE_UP:
        found: list[Listing] = []

        def keep(listing: Listing) -> None:
            found.append(listing)

        _generate(market, keep)
        _MADE_UP[lists] = found
    return _MADE_UP[lists]


def _generate(market: Market, check: Callable[[Listing], None]) -> None:
    seed(0)(MANY_EXAMPLES(given(any_listing(market))(check)))()


def for_any_typed_listing(market: Market, check: Callable[[Listing], None]) -> None:
    """As `for_any_listing`, with listings as all other rules see them."""

    def check_typed(listing: Listing) -> None:
        check(typed(market, listing))

    for_any_listing(market, check_typed)


def typed(market: Market, listing: Listing) -> Listing:
    """The listing with its security type, as every rule but `security_type` sees it."""
    kind = call_rule("security_type", market.security_type, listing)
    return with_security_type(listing, kind)


def any_listing(market: Market) -> st.SearchStrategy[Listing]:
    """Returns a strategy for listings of any list of the market, before any rule is applied."""
    lists = recipe_of(market.region).lists
    return st.one_of([_of_list(market, market.exchange(one.list_name), one) for one in lists])


def _of_list(market: Market, exchange: Exchange, one: ListRecipe) -> st.SearchStrategy[Listing]:
    return st.builds(
        Listing,
        region=st.just(market.region),
        ticker=_tickers(one).map(lambda ticker: exchange.ticker_prefix + ticker),
        name=NAMES,
        name_local=NAMES,
        exchange=st.just(exchange.mic),
        kis_exchange=st.just(exchange.kis_code),
        currency=st.just(exchange.currency),
        asset_type=st.sampled_from(AssetType),
        lot_size=st.integers(1, 10_000),
        kis_sector_code=CODES,
        is_depositary_receipt=st.booleans(),
    )


def _tickers(one: ListRecipe) -> st.SearchStrategy[str]:
    """Returns a strategy for tickers of a list: its recipe's, and those of their offshoots."""
    size = max(one.stocks + one.funds + one.indices + one.warrants, 1)
    roots = st.integers(0, size - 1) | st.integers(one.first_fund, one.first_fund + size - 1)
    plain = roots.map(one.ticker)
    if not one.offshoots:
        return plain
    return plain | st.builds(
        lambda root, offshoot, letter: offshoot.ticker.format(
            root=root, tail=root[1:], letter=letter, name="", local="", rate=""
        ),
        plain,
        st.sampled_from(one.offshoots),
        st.sampled_from("ABCDEFGHIJKL"),
    )

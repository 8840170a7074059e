"""Contracts of a market with lists that are empty, huge or damaged."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from spock_core.domain import DamagedLine, Exchange, Listing, ListItem, Market
from spock_core.testing.command import Outcome, Spock
from spock_core.testing.contracts.base import Contracts, check_no_faults
from spock_core.testing.failures import fail, location_of, time_limit
from spock_core.testing.installed import with_lists
from spock_core.testing.listings import exchange_listings

FEW = 200
HUGE = 20_000
"""Lines of a huge list."""
LONGEST_S = 30.0
"""CPU seconds for a huge list; core alone takes about one."""
MOST_BYTES = 250 * 2**20
"""Memory that a run over a huge list may keep; core alone keeps at most a fifth of this."""

_LISTED = "SELECT ticker FROM tickers WHERE is_active ORDER BY ticker"
_HANDS_OFF = "let no code of this package interfere when core reads the lists of its market"

Items = Callable[[Exchange], Iterable[ListItem]]


class ListingContracts(Contracts):
    """A list that cannot be trusted does not change the register."""

    def test_an_empty_list_is_refused(self, market: Market, spock: Spock) -> None:
        """The register keeps the listings that it had."""
        _check_is_refused(spock, market, "an empty list", lambda _exchange: ())

    def test_a_damaged_list_is_refused(self, market: Market, spock: Spock) -> None:
        """If a third of the lines are damaged, the register keeps the listings that it had."""
        _check_is_refused(
            spock,
            market,
            "a damaged list",
            lambda exchange: _damaged(market, exchange, 3, named=False),
        )

    def test_a_few_damaged_lines_cost_nothing(self, market: Market, spock: Spock) -> None:
        """The stocks on damaged lines stay as they were."""
        _read(spock, market, lambda exchange: _items(market, exchange))
        before = _tickers(spock)
        _read(spock, market, lambda exchange: _damaged(market, exchange, 10, named=True))
        if _tickers(spock) != before:
            gone = sorted(before - _tickers(spock))
            fail(
                f"damaged lines removed {len(gone)} stocks from the register: {gone[:5]}",
                _HANDS_OFF,
            )

    def test_a_huge_list_is_read(self, market: Market, spock: Spock) -> None:
        """A huge list takes bounded time and memory."""
        exchange = market.exchanges[0]
        wanted = exchange_listings(market, exchange, FEW)[0]

        def items(one: Exchange) -> Iterable[ListItem]:
            if one is not exchange:
                return _items(market, one)
            return ((n, _numbered(wanted, n)) for n in range(1, HUGE + 1))

        used = _memory()
        failure = f"{HUGE:,} lines took more than {LONGEST_S:g} s of CPU time"
        advice = (
            "make the rules faster (compile patterns once, look values up in a dict): "
            f"{location_of(market.security_type)}; {location_of(market.yahoo_symbol)}"
        )
        with time_limit(LONGEST_S, failure, advice):
            _read(spock, market, items)
        [(read,)] = spock.rows("SELECT count(*) FROM tickers WHERE is_active")
        if read < HUGE:
            fail(f"{read:,} of {HUGE:,} lines were read", "let yahoo_symbol answer for every line")
        if _memory() - used > MOST_BYTES:
            fail(
                f"{HUGE:,} lines took {(_memory() - used) // 2**20} MB",
                "do not store listings in a rule; bound every cache",
            )


def _check_is_refused(spock: Spock, market: Market, what: str, items: Items) -> None:
    """Fails the test unless the lists are refused and the register is unchanged."""
    _read(spock, market, lambda exchange: _items(market, exchange))
    before = spock.rows(_LISTED)
    outcome = _run(spock, market, items)
    after = spock.rows(_LISTED)
    if outcome.code != 1 or after != before:
        fail(
            f"{what} left {len(after)} of {len(before)} listings active, with exit code "
            f"{outcome.code}: {outcome.err.strip()}",
            _HANDS_OFF,
        )


def _run(spock: Spock, market: Market, items: Items) -> Outcome:
    plugins = with_lists(market.region, items)
    outcome = spock("enrich", "--sources", "kis", plugins=plugins)
    check_no_faults(plugins, market.region)
    return outcome


def _read(spock: Spock, market: Market, items: Items) -> None:
    outcome = _run(spock, market, items)
    if outcome.code:
        fail(
            f"an undamaged list was not read: {outcome.err.strip()}",
            "let the rules of the market answer for every listing: "
            f"{location_of(market.security_type)}; {location_of(market.yahoo_symbol)}",
        )


def _items(market: Market, exchange: Exchange) -> Iterable[ListItem]:
    """Returns the items of an undamaged list."""
    return enumerate(exchange_listings(market, exchange, FEW), 1)


def _damaged(market: Market, exchange: Exchange, every: int, *, named: bool) -> Iterable[ListItem]:
    """Yields items of a list of which one in `every` is damaged, with its ticker if `named`."""
    for number, listing in enumerate(exchange_listings(market, exchange, FEW), 1):
        if number % every:
            yield number, listing
        else:
            ticker = listing.ticker if named else None
            yield DamagedLine(exchange.list_name, number, "damaged by the test kit", ticker)


def _numbered(listing: Listing, number: int) -> Listing:
    return listing._replace(ticker=f"{number:06d}", name=f"{listing.name} {number}")


def _tickers(spock: Spock) -> set[str]:
    return {ticker for (ticker,) in spock.rows(_LISTED)}


def _memory() -> int:
    """Returns the bytes that this process has in memory: now on Linux, its peak elsewhere.

    The peak is the second choice, since a process inherits it from the one that started it. Returns
    0 on Windows.
    """
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

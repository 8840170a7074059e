"""Contracts of a market whose lists are empty, huge or damaged."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from spock_core.domain import DamagedLine, Exchange, Listing, ListItem, Market
from spock_core.testing.command import Outcome, Spock
from spock_core.testing.contracts.base import Contracts, check_nothing_passed_over
from spock_core.testing.failures import fail, place_of, within
from spock_core.testing.installed import with_lists
from spock_core.testing.listings import of_exchange

FEW = 200
HUGE = 20_000
"""Lines of a huge list."""
LONGEST_S = 30.0
"""CPU time for all of them; core alone takes about a second."""
MOST_BYTES = 250 * 2**20
"""Memory that a run over them may keep; core alone keeps a fifth of it at most."""

_LISTED = "SELECT ticker FROM tickers WHERE is_active ORDER BY ticker"
_NOTHING_BETWEEN = "let nothing of this package stand between core and the lists of its market"

Items = Callable[[Exchange], Iterable[ListItem]]


class ListingContracts(Contracts):
    """A list that cannot be trusted costs the register nothing."""

    def test_an_empty_list_is_refused(self, market: Market, spock: Spock) -> None:
        """The register keeps what it had."""
        _must_be_refused(spock, market, "an empty list", lambda _exchange: ())

    def test_a_damaged_list_is_refused(self, market: Market, spock: Spock) -> None:
        """A third of its lines are damaged: the register keeps what it had."""
        _must_be_refused(
            spock,
            market,
            "a damaged list",
            lambda exchange: _damaged(market, exchange, 3, named=False),
        )

    def test_a_few_damaged_lines_cost_nothing(self, market: Market, spock: Spock) -> None:
        """The stocks of these lines stay as they were."""
        _read(spock, market, lambda exchange: _items(market, exchange))
        before = _tickers(spock)
        _read(spock, market, lambda exchange: _damaged(market, exchange, 10, named=True))
        if _tickers(spock) != before:
            gone = sorted(before - _tickers(spock))
            fail(
                f"damaged lines took {len(gone)} stocks out of the register: {gone[:5]}",
                _NOTHING_BETWEEN,
            )

    def test_a_huge_list_is_read(self, market: Market, spock: Spock) -> None:
        """In bounded time and memory."""
        exchange = market.exchanges[0]
        wanted = of_exchange(market, exchange, FEW)[0]

        def items(one: Exchange) -> Iterable[ListItem]:
            if one is not exchange:
                return _items(market, one)
            return ((n, _numbered(wanted, n)) for n in range(1, HUGE + 1))

        used = _memory()
        fault = f"{HUGE:,} lines took more than {LONGEST_S:g} s of CPU time"
        mend = (
            "make the rules cheaper (compile patterns once, look things up in a dict): "
            f"{place_of(market.security_type)}; {place_of(market.yahoo_symbol)}"
        )
        with within(LONGEST_S, fault, mend):
            _read(spock, market, items)
        [(read,)] = spock.rows("SELECT count(*) FROM tickers WHERE is_active")
        if read < HUGE:
            fail(f"of {HUGE:,} lines {read:,} were read", "let yahoo_symbol answer for every line")
        if _memory() - used > MOST_BYTES:
            fail(
                f"{HUGE:,} lines took {(_memory() - used) // 2**20} MB",
                "keep no listing in a rule: no cache without a bound",
            )


def _must_be_refused(spock: Spock, market: Market, what: str, items: Items) -> None:
    """The list is, and the register is as it was."""
    _read(spock, market, lambda exchange: _items(market, exchange))
    before = spock.rows(_LISTED)
    outcome = _run(spock, market, items)
    after = spock.rows(_LISTED)
    if outcome.code != 1 or after != before:
        fail(
            f"{what} left {len(after)} of {len(before)} listings active, with exit code "
            f"{outcome.code}: {outcome.err.strip()}",
            _NOTHING_BETWEEN,
        )


def _run(spock: Spock, market: Market, items: Items) -> Outcome:
    plugins = with_lists(market.region, items)
    outcome = spock("enrich", "--sources", "kis", plugins=plugins)
    check_nothing_passed_over(plugins, market.region)
    return outcome


def _read(spock: Spock, market: Market, items: Items) -> None:
    outcome = _run(spock, market, items)
    if outcome.code:
        fail(
            f"a good list was not read: {outcome.err.strip()}",
            "make the rules of the market answer for every listing: "
            f"{place_of(market.security_type)}; {place_of(market.yahoo_symbol)}",
        )


def _items(market: Market, exchange: Exchange) -> Iterable[ListItem]:
    """A good list."""
    return enumerate(of_exchange(market, exchange, FEW), 1)


def _damaged(market: Market, exchange: Exchange, every: int, *, named: bool) -> Iterable[ListItem]:
    """A list in which every so manyth line is damaged, and still tells whose it was or not."""
    for number, listing in enumerate(of_exchange(market, exchange, FEW), 1):
        if number % every:
            yield number, listing
        else:
            ticker = listing.ticker if named else None
            yield DamagedLine(exchange.list_name, number, "is damaged by the test kit", ticker)


def _numbered(listing: Listing, number: int) -> Listing:
    return listing._replace(ticker=f"{number:06d}", name=f"{listing.name} {number}")


def _tickers(spock: Spock) -> set[str]:
    return {ticker for (ticker,) in spock.rows(_LISTED)}


def _memory() -> int:
    """Bytes that this process has in memory now; where the system does not tell, at the most.

    Not the most where it can be helped: a process begins with the peak of the one that started it.
    """
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

"""Finds the plugin that has a market's lists, and checks the lists of third-party plugins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from spock_core.domain import (
    AssetType,
    DamagedLine,
    Exchange,
    Listing,
    ListItem,
    ListState,
    Market,
    VenueList,
)
from spock_core.domain.bounds import (
    MAX_LINES,
    MOST_SHARES,
    is_lot_size,
    is_symbol,
    is_ticker,
)
from spock_core.domain.errors import ListError, UsageError
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.market_checks import FACTS
from spock_core.domain.text import sanitize
from spock_core.plugins.context import RunContext
from spock_core.plugins.faults import reason_of, wrong_type
from spock_core.plugins.registry import BUILT_IN

HOOK = "spock_listings"


def lists_of(
    market: Market, states: Mapping[str, ListState], run: RunContext
) -> Iterable[VenueList]:
    """Returns the lists of the first plugin that has any. Raises `ListError` if no plugin has.

    A third party's answer is checked. If it is invalid or empty the next plugin is asked, so that a
    plugin that answers for every market cannot take another market's lists away.
    """
    faults: dict[str, str] = {}
    for plugin, answer in run.plugins.each(
        HOOK, stop=run.stop, faults=faults, market=market, states=states, run=run
    ):
        if answer is None:
            continue
        if plugin in BUILT_IN:
            found: Iterable[VenueList] = answer
            return found
        try:
            with run.plugins.calls.within(plugin, HOOK):
                lists = _checked(answer, plugin, market, states, run)
        except PLUGIN_FAULTS as error:
            pass_on(error, run.stop)
            run.plugins.report_fault(plugin, HOOK, error)
            faults[plugin] = reason_of(error)
            continue
        if lists:
            return lists
    raise ListError(
        f"no installed plugin has the lists of {market.region}, which is listed by "
        f"{market.listed_by!r}: install that listing source, or correct the market"
        + "".join(f"; plugin {plugin} failed: {reason}" for plugin, reason in faults.items())
    )


def _checked(
    answer: Any, plugin: str, market: Market, states: Mapping[str, ListState], run: RunContext
) -> list[VenueList]:
    """Returns a plugin's lists, with an error for each exchange of which it returned none.

    Raises `UsageError` for an answer that is not a series of the market's `VenueList`s.
    """
    lists: dict[str, VenueList] = {}
    for one in answer:
        if not isinstance(one, VenueList):
            raise UsageError(wrong_type(one, VenueList))
        if one.exchange not in market.exchanges:
            raise UsageError(f"it returned a list that does not belong to market {market.region}")
        name = one.exchange.list_name
        if name in lists:
            raise UsageError(f"it returned list {name} twice")
        if not isinstance(one.state, ListState):
            raise UsageError(wrong_type(one.state, ListState))
        if not (
            _is_short_text(one.state.etag, 200) and _is_short_text(one.state.last_modified, 64)
        ):
            raise UsageError(f"the state of list {name} is not a short text on one line")
        if one.error is not None and not isinstance(one.error, str):
            raise UsageError(wrong_type(one.error, str))
        if one.unchanged and one.error is None and not _is_known(states.get(name)):
            error = f"{name}: plugin {plugin} says it is unchanged, but no state is known"
            one = replace(one, error=error)  # noqa: PLW2901  the same list
        lists[name] = replace(one, items=_items(one.items, plugin, market, one.exchange, run))
    for exchange in market.exchanges if lists else ():
        name = exchange.list_name
        if name not in lists:
            lists[name] = VenueList(
                exchange, error=f"{name}: plugin {plugin} returned no such list"
            )
    return list(lists.values())


def _items(
    items: Any, plugin: str, market: Market, exchange: Exchange, run: RunContext
) -> Iterator[ListItem]:
    """Yields the checked items of a plugin's list as it is read.

    Raises `ListError` if the list is too long, or if reading it raises.
    """
    name = exchange.list_name
    iterator: Iterator[Any] | None = None
    count = 0
    while True:
        try:
            with run.plugins.calls.within(plugin, HOOK):
                if iterator is None:
                    iterator = iter(items)
                checked = _item(next(iterator), plugin, market, exchange)
        except StopIteration:
            return
        except ListError:
            raise
        except PLUGIN_FAULTS as error:
            pass_on(error, run.stop)
            raise ListError(
                f"{name}: plugin {plugin} failed while its list was read: {reason_of(error)}"
            ) from error
        count += 1
        if count > MAX_LINES:
            raise ListError(f"{name}: plugin {plugin} returned more than {MAX_LINES:,} lines")
        yield checked


def _item(item: Any, plugin: str, market: Market, exchange: Exchange) -> ListItem:
    if isinstance(item, DamagedLine):
        whose = item.ticker if is_ticker(item.ticker) else None
        line = item.line if isinstance(item.line, int) else 0
        return DamagedLine(exchange.list_name, line, sanitize(str(item.reason), 200), whose)
    if not (
        isinstance(item, tuple)
        and len(item) == 2
        and isinstance(item[0], int)
        and 0 <= item[0] <= MOST_SHARES
        and isinstance(item[1], Listing)
    ):
        raise UsageError("its list has items that are not pairs of a line number and a Listing")
    number, listing = item
    fault = fault_of(listing, market, exchange)
    if fault is None:
        return number, listing._replace(kis_exchange=exchange.kis_code)
    whose = listing.ticker if is_ticker(listing.ticker) else None
    return DamagedLine(exchange.list_name, number, f"plugin {plugin} returned {fault}", whose)


def fault_of(listing: Listing, market: Market, exchange: Exchange) -> str | None:
    """Returns what is invalid about a listing, or None if it can be stored."""
    if listing.region != market.region or listing.exchange != exchange.mic:
        return "a listing of another region or exchange"
    if not is_ticker(listing.ticker):
        return "an invalid ticker"
    wrong = {
        "name": not _is_text(listing.name),
        "name_local": not _is_text(listing.name_local),
        "currency": not FACTS["currency"].accepts(listing.currency),
        "asset_type": not isinstance(listing.asset_type, AssetType),
        "lot_size": not is_lot_size(listing.lot_size),
        "is_depositary_receipt": not isinstance(listing.is_depositary_receipt, bool),
        "kis_sector_code": listing.kis_sector_code is not None
        and not FACTS["kis_sector_code"].accepts(listing.kis_sector_code),
        "data_source": not (
            isinstance(listing.data_source, str) and 0 < len(listing.data_source) <= 32
        ),
        "yahoo_symbol": listing.yahoo_symbol is not None and not is_symbol(listing.yahoo_symbol),
    }
    return next((f"an invalid {name}" for name, is_wrong in wrong.items() if is_wrong), None)


def _is_known(state: ListState | None) -> bool:
    """Whether the register has a server's version of a list."""
    return state is not None and state != ListState()


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_short_text(value: object, longest: int) -> bool:
    return value is None or (
        isinstance(value, str) and len(value) <= longest and value.isprintable()
    )

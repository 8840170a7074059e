"""Who gives a market's lists; and whether what a third party gives are lists of that market."""

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
from spock_core.domain.errors import PLUGIN_FAULTS, ListError, UsageError
from spock_core.domain.market_checks import FACTS
from spock_core.domain.text import sanitize
from spock_core.plugins.context import RunContext
from spock_core.plugins.faults import gave, reason_of
from spock_core.plugins.registry import BUILT_IN

HOOK = "spock_listings"


def lists_of(
    market: Market, states: Mapping[str, ListState], run: RunContext
) -> Iterable[VenueList]:
    """The lists that the first plugin with an answer gives. Raises `ListError` where none has one.

    Core's own answers are read as they come. A third party's are checked, and passed over where
    they are none or none at all: a plugin that answers for everybody costs nobody a list.
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
            lists = _checked(answer, plugin, market, states, run)
        except PLUGIN_FAULTS as error:
            if run.stop.caused(error):
                raise
            run.plugins.report_fault(plugin, HOOK, error)
            faults[plugin] = reason_of(error)
            continue
        if lists:
            return lists
    raise ListError(
        f"nothing installed gives the lists of {market.region}, which is listed by "
        f"{market.listed_by!r}: install that listing source, or correct the market"
        + "".join(f"; plugin {plugin} failed: {reason}" for plugin, reason in faults.items())
    )


def _checked(
    answer: Any, plugin: str, market: Market, states: Mapping[str, ListState], run: RunContext
) -> list[VenueList]:
    """A plugin's lists; an exchange of which it gave none has a list that is not to be had."""
    lists: dict[str, VenueList] = {}
    for one in answer:
        if not isinstance(one, VenueList):
            raise UsageError(gave(one, VenueList))
        if one.exchange not in market.exchanges:
            raise UsageError(f"it gave a list that is none of market {market.region}")
        name = one.exchange.list_name
        if name in lists:
            raise UsageError(f"it gave list {name} twice")
        if not isinstance(one.state, ListState):
            raise UsageError(gave(one.state, ListState))
        if not (_is_known(one.state.etag, 200) and _is_known(one.state.last_modified, 64)):
            raise UsageError(f"it gave a state of list {name} that is no short text on one line")
        if one.error is not None and not isinstance(one.error, str):
            raise UsageError(gave(one.error, str))
        if one.unchanged and one.error is None and not _named(states.get(name)):
            error = f"{name}: plugin {plugin} says it is unchanged, and was told of none before"
            one = replace(one, error=error)  # noqa: PLW2901  the same list, refused
        lists[name] = replace(one, items=_items(one.items, plugin, market, one.exchange, run))
    for exchange in market.exchanges if lists else ():
        name = exchange.list_name
        if name not in lists:
            lists[name] = VenueList(exchange, error=f"{name}: plugin {plugin} gave no such list")
    return list(lists.values())


def _items(
    items: Any, plugin: str, market: Market, exchange: Exchange, run: RunContext
) -> Iterator[ListItem]:
    """What the plugin's list holds, line by line, as it is read."""
    try:
        for count, item in enumerate(items):
            if count >= MAX_LINES:
                raise ListError(
                    f"{exchange.list_name}: plugin {plugin} gave more than {MAX_LINES:,} lines"
                )
            yield _item(item, plugin, market, exchange)
    except ListError:
        raise
    except PLUGIN_FAULTS as error:
        if run.stop.caused(error):
            raise
        raise ListError(
            f"{exchange.list_name}: plugin {plugin} failed while its list was read: "
            f"{reason_of(error)}"
        ) from error


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
        raise UsageError("it gave something else than pairs of a line number and a Listing")
    number, listing = item
    fault = fault_of(listing, market, exchange)
    if fault is None:
        return number, listing._replace(kis_exchange=exchange.kis_code)
    whose = listing.ticker if is_ticker(listing.ticker) else None
    return DamagedLine(exchange.list_name, number, f"plugin {plugin} gave {fault}", whose)


def fault_of(listing: Listing, market: Market, exchange: Exchange) -> str | None:
    """What of a listing cannot be, in words; None for one that can be kept."""
    if listing.region != market.region or listing.exchange != exchange.mic:
        return "a stock of another region or exchange"
    if not is_ticker(listing.ticker):
        return "a ticker that no venue would use"
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
    return next((f"a {name} that cannot be" for name, fault in wrong.items() if fault), None)


def _named(state: ListState | None) -> bool:
    """Whether a plugin was told of a version of its list."""
    return state is not None and state != ListState()


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_known(value: object, longest: int) -> bool:
    return value is None or (
        isinstance(value, str) and len(value) <= longest and value.isprintable()
    )

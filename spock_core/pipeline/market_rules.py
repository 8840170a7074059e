"""Applies a market's own rules to a listing: its security type first, then its Yahoo symbol."""

from __future__ import annotations

from spock_core.domain import Listing, Market, SecurityType, with_security_type
from spock_core.domain.bounds import LONGEST_NAME, is_symbol, is_ticker
from spock_core.domain.errors import ListError, StoreError, UsageError
from spock_core.domain.text import sanitize
from spock_core.plugins.context import RunContext


def apply_market_rules(listing: Listing, market: Market, run: RunContext) -> Listing:
    """Returns a listing with the security type and the Yahoo symbol that the rules give it.

    The rules see names that are sanitized and cut, and the symbol's rule sees the security type.
    It is not called where the list itself states the symbol. Raises `ListError` if the ticker is
    none, if a rule asks for the end of the run, or if its answer cannot be used; whatever else a
    rule raises goes through.
    """
    if not is_ticker(listing.ticker):
        raise ListError(
            f"{sanitize(listing.ticker, 40)!r} is not a ticker that any venue would use"
        )
    name = sanitize(listing.name, LONGEST_NAME) if listing.name else None
    local = sanitize(listing.name_local, LONGEST_NAME) if listing.name_local else None
    if (name, local) != (listing.name, listing.name_local):
        listing = listing._replace(name=name, name_local=local)
    try:
        kind = market.security_type(listing)
        if not isinstance(kind, SecurityType):
            raise _nonsense("security_type", listing)
        listing = with_security_type(listing, kind)
        symbol = listing.yahoo_symbol or market.yahoo_symbol(listing)
    except (UsageError, StoreError) as error:  # from elsewhere these end the run for all regions
        raise ListError(f"market {market.region}: one of its rules failed: {error}") from error
    if run.plugins.corrects_symbols:
        symbol = _corrected_symbol(listing, market, run) or symbol
    if not (symbol is None or is_symbol(symbol)):
        raise _nonsense("yahoo_symbol", listing)
    return listing._replace(yahoo_symbol=symbol)


def _corrected_symbol(listing: Listing, market: Market, run: RunContext) -> str | None:
    """The Yahoo symbol that a plugin other than the market's gives; None if there is none."""
    for plugin, symbol in run.plugins.answers(
        "spock_yahoo_symbol", str, market=market, listing=listing
    ):
        if is_symbol(symbol):
            return symbol
        run.plugins.report_fault(plugin, "spock_yahoo_symbol", "it returned an invalid symbol")
    return None


def _nonsense(rule: str, listing: Listing) -> ListError:
    return ListError(f"market {listing.region}: {rule} gives nonsense for {listing.ticker}")

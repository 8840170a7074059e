"""Taiwan: exchanges and rules.

Tickers of common stock have four digits; other forms mark other securities (Taiwan Stock Exchange,
"Coding principles of securities").
"""

from __future__ import annotations

import re

from spock_core import AssetType, Exchange, Listing, Market, SecurityType, type_from_list

_SUFFIXES = {
    "XTAI": ".TW",
    "ROCO": ".TWO",
}
_PREFERRED = re.compile(r"(\d{4})[A-L]")
"""`2881A`: a series of preferred shares of 2881."""
_RECEIPT = re.compile(r"91\d{2}(\d{2})?")
"""`9103`, `910322`: a Taiwan depositary receipt of a foreign company."""
_REIT = re.compile(r"01\d{3}[TP]")
"""`01004T`: a real estate investment trust."""


def yahoo_symbol(listing: Listing) -> str | None:
    """Returns the ticker with the suffix of its exchange."""
    return f"{listing.ticker}{_SUFFIXES[listing.exchange]}"


def security_type(listing: Listing) -> SecurityType:
    """Returns the type that the form of the ticker shows, or that of the list."""
    if listing.asset_type is AssetType.STOCK:
        for form, kind in (
            (_PREFERRED, SecurityType.PREFERRED),
            (_RECEIPT, SecurityType.DEPOSITARY_RECEIPT),
            (_REIT, SecurityType.REIT),
        ):
            if form.fullmatch(listing.ticker):
                return kind
    return type_from_list(listing)


def issuer_tickers(listing: Listing) -> tuple[str, ...]:
    """Returns `2881` for its preferred shares `2881A`."""
    series = _PREFERRED.fullmatch(listing.ticker)
    return (series[1],) if series else ()


MARKET = Market(
    region="TW",
    name="Taiwan",
    priority=6,
    listed_by="yahoo",
    exchanges=(
        Exchange(
            mic="XTAI",
            name="Taiwan Stock Exchange",
            currency="TWD",
            yahoo_codes=("TAI",),
            yahoo_suffix=".TW",
            lot_size=1000,
        ),
        Exchange(
            mic="ROCO",
            name="Taipei Exchange",
            currency="TWD",
            yahoo_codes=("TWO",),
            yahoo_suffix=".TWO",
            lot_size=1000,
        ),
    ),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
    issuer_tickers=issuer_tickers,
)

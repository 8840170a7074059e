"""Japan: the Tokyo Stock Exchange. Tickers have four characters; newer ones are like `130A`."""

from __future__ import annotations

from spock_core import Exchange, KisMeaning, Listing, Market
from spock_jp.security_type import security_type


def yahoo_symbol(listing: Listing) -> str | None:
    """Returns the code with `.T`."""
    return f"{listing.ticker}.T"


def issuer_tickers(listing: Listing) -> tuple[str, ...]:
    """Returns the first four characters of a code with five: `94345` is issued by `9434`."""
    return (listing.ticker[:4],) if len(listing.ticker) == 5 else ()


MARKET = Market(
    region="JP",
    name="Japan",
    priority=4,
    exchanges=(
        Exchange("XTKS", "Tokyo", "JPY", "TSE", ("JPX",), ".T", lot_size=100, aliases=("TYO",)),
    ),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
    issuer_tickers=issuer_tickers,
    kis_meanings={
        "630": KisMeaning(
            "630", "Real estate", "60", 0.90, "a few resort and hotel groups are Discretionary"
        ),
        "720": KisMeaning(
            "720",
            "Software and services",
            "45",
            0.60,
            "game makers and internet media (Communication Services) are here",
        ),
    },
)

"""From the ticker of a US list to Yahoo's symbol."""

from __future__ import annotations

from spock_core import Listing, SecurityType
from spock_us.security_type import security_type


def yahoo_symbol(listing: Listing) -> str | None:
    """`BRK/B` is `BRK-B`, `MET/E` (a preferred series) `MET-PE`, `AACT/UN` (a unit) `AACT-UN`.

    A slash with nothing behind it (`HWM/`) is a preferred share without a series: `HWM-P`.
    """
    root, slash, suffix = listing.ticker.partition("/")
    if not slash:
        return root
    if security_type(listing) is SecurityType.PREFERRED or not suffix:
        return f"{root}-P{suffix}"
    return f"{root}-{suffix}"

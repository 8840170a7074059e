"""Yahoo symbols and issuers of US tickers."""

from __future__ import annotations

from spock_core import Listing, SecurityType

_SHARES = (SecurityType.COMMON, SecurityType.DEPOSITARY_RECEIPT)


def yahoo_symbol(listing: Listing) -> str | None:
    """Returns `BRK-B` for `BRK/B`, `MET-PE` for `MET/E` (a preferred series), `AACT-UN` for
    `AACT/UN` (a unit).

    One letter after the slash is a class of shares, or a series of another security: of preferred
    shares, notes (`F/B` is `F-PB`) or corporate units. Nothing after the slash (`HWM/`) is a
    preferred share without a series: `HWM-P`.
    """
    root, slash, suffix = listing.ticker.partition("/")
    if not slash:
        return root
    if len(suffix) <= 1 and (not suffix or listing.security_type not in _SHARES):
        return f"{root}-P{suffix}"
    return f"{root}-{suffix}"


def issuer_tickers(listing: Listing) -> tuple[str, ...]:
    """Returns `MET` for `MET/E`, `BRK/A` for `BRK/B`, `ARBK` for `ARBKL`, `GOOG` for `GOOGL`.

    Nasdaq adds a fifth letter, sometimes two, to the root for securities that are not shares; NYSE
    adds one or two letters for notes. One of two classes of shares may be the root or end with A.
    """
    root, slash, suffix = listing.ticker.partition("/")
    if slash:
        return (root, f"{root}/A") if suffix != "A" else (root,)
    if listing.security_type in _SHARES:
        return (root[:-1], f"{root[:-1]}A")
    return (root[:-1], root[:-2])

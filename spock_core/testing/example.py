"""A listing for tests of a market's rules."""

from __future__ import annotations

from typing import Any

from spock_core.domain import AssetType, Listing, Market, with_security_type


def listing(
    market: Market, ticker: str, name: str | None = "SOMETHING CO", *, mic: str = "", **more: Any
) -> Listing:
    """A stock of a market, at the exchange with this MIC or at the first.

    `more` are other fields of `Listing`. Unless `security_type` is one of them, it is what the
    market's rule says, so that the other rules see the listing as they do in a run. Raises
    `StopIteration` for a MIC that the market lacks.
    """
    exchange = next(one for one in market.exchanges if mic in ("", one.mic))
    plain = Listing(
        region=market.region,
        ticker=ticker,
        name=name,
        name_local=None,
        exchange=exchange.mic,
        kis_exchange=exchange.kis_code,
        currency=exchange.currency,
        asset_type=AssetType.STOCK,
        lot_size=exchange.lot_size,
        kis_sector_code="000",
    )
    one = plain._replace(**more)
    if "security_type" in more:
        return one
    return with_security_type(one, market.security_type(one))

"""Every contract of a market: see `spock_core.testing`."""

from __future__ import annotations

from spock_core.testing import market_contract

TestMarket = market_contract("TW")

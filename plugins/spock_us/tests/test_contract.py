"""Tests the market against every contract of `spock_core.testing`."""

from __future__ import annotations

from spock_core.testing import market_contract

TestMarket = market_contract("US")

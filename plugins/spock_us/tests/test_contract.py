"""Tests the market and its sources against every contract of `spock_core.testing`."""

from __future__ import annotations

from spock_core.testing import market_contract, source_contract

TestMarket = market_contract("US")
TestNasdaqTrader = source_contract("nasdaq-trader")
TestSec = source_contract("sec", settings={"sec_contact": "Ann Author ann@example.com"})

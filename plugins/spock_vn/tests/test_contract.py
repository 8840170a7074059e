"""Tests the market and its source against every contract of `spock_core.testing`."""

from __future__ import annotations

from spock_core.testing import market_contract, source_contract

TestMarket = market_contract("VN")
TestVndirect = source_contract("vndirect")

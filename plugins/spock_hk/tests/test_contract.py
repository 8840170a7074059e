"""Tests the market and its sources against every contract of `spock_core.testing`."""

from __future__ import annotations

from spock_core.testing import market_contract, source_contract

TestMarket = market_contract("HK")
TestHkex = source_contract("hkex")
TestEastmoney = source_contract("eastmoney")

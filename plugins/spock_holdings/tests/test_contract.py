"""Tests the source against every contract of `spock_core.testing`."""

from __future__ import annotations

from spock_core.testing import source_contract

TestFundHoldings = source_contract("fund-holdings")

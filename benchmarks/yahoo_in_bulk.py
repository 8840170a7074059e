"""Requests and time to ask Yahoo about a whole universe, side by side at one request budget.

    python benchmarks/yahoo_in_bulk.py [STOCKS] [REQUESTS_A_SECOND]

* spock: one `spock enrich` from an empty register, lists and all, in a process of its own;
* info: one `Ticker.info` a stock through the same yfinance, as the predecessor does it, in this
  process, every wire request through the same kind of budget.

Both ask the same sandbox, which counts. The second part asks the full universe (18,944 stocks)
as it is, with 5 % of random 5xx, and in a storm of 429, and prints screener requests beside the
floor (the sum over industries of ceil(n/250)) and the busiest second beside the budget.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from math import ceil
from typing import Any

import yfinance

from spock_core.plugins.loader import load_plugins
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import FULL_SIZE, make_universe
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.yahoo.client import Yahoo, knows_symbols, wants_json

STOCKS, RATE = 8_000, 100.0


def spock(sandbox: Sandbox, rate: float) -> tuple[float, int]:
    """Seconds and wire requests of a first run."""
    sandbox.counters.clear()
    sandbox.yahoo.arrivals.clear()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "SPOCK_KIS_MASTER_URL": sandbox.kis_master_url,
            "SPOCK_YAHOO_URL": sandbox.url,
            "SPOCK_YAHOO_RATE": str(rate),
            "SPOCK_RETRY_DELAY": "0.01",
        }
        command = [sys.executable, "-m", "spock_core", "enrich"]
        started = time.perf_counter()
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, check=False
        )
        seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    return seconds, sandbox.counters["yahoo"]


def info(sandbox: Sandbox, rate: float, symbols: list[str]) -> tuple[float, int]:
    """Seconds and wire requests of one `Ticker.info` a stock."""
    sandbox.counters.clear()
    limiter, breaker = AdaptiveRateLimiter(rate), CircuitBreaker("yahoo")
    gate = RequestGate("yahoo", limiter, breaker, lambda _: None, 0.1, wants_json, knows_symbols)
    started = time.perf_counter()
    with Yahoo(gate, sandbox.url):
        for symbol in symbols:
            _ = yfinance.Ticker(symbol).info
    return time.perf_counter() - started, sandbox.counters["yahoo"]


def busiest_second(sandbox: Sandbox) -> int:
    """Most requests that came within any one second."""
    times = sorted(sandbox.yahoo.arrivals)
    return max((bisect_left(times, at + 1) - n for n, at in enumerate(times)), default=0)


def whole_universe(rate: float) -> None:
    """The full universe, undisturbed and disturbed."""
    plugins = load_plugins()
    universe = make_universe(plugins, FULL_SIZE)
    stories: dict[str, dict[str, Any]] = {
        "undisturbed": {},
        "5 % random 5xx": {"error_share": 0.05},
        "storm of 429": {"storm_429": range(30, 42)},
    }
    print(f"\n{FULL_SIZE:,} stocks at {rate:g} requests a second")
    for story, faults in stories.items():
        with serve(universe, plugins.markets) as sandbox:
            for name, value in faults.items():
                setattr(sandbox.yahoo.faults, name, value)
            seconds, requests = spock(sandbox, rate)
            floor = sum(ceil(len(stocks) / 250) for stocks in sandbox.yahoo.industries.values())
            screens, singles = (sandbox.counters[f"yahoo {n}"] for n in ("screener", "summary"))
            share = f"{screens} (floor {floor}, {screens / floor:.2f}x)"
            busiest = busiest_second(sandbox)
            print(f"  {story:15} screener {share}, profiles {singles}, all {requests},")
            print(f"  {'':15} busiest second {busiest}, {seconds:.1f} s")


def main() -> None:
    """Prints both parts."""
    stocks = int(sys.argv[1]) if len(sys.argv) > 1 else STOCKS
    rate = float(sys.argv[2]) if len(sys.argv) > 2 else RATE
    plugins = load_plugins()
    universe = make_universe(plugins, stocks)
    with serve(universe, plugins.markets) as sandbox:
        known = [stock.symbol for stock in sandbox.yahoo.known.values()]
        quick, few = spock(sandbox, rate)
        print(f"{stocks:,} stocks at {rate:g} requests a second")
        print(f"  spock        {few:7,} requests {quick:8.1f} s")
        slow, many = info(sandbox, rate, known)
        print(f"  Ticker.info  {many:7,} requests {slow:8.1f} s")
        print(f"  ratio        {many / few:7.1f}x         {slow / quick:8.1f}x")
    whole_universe(rate)


if __name__ == "__main__":
    main()

"""Requests and time to classify a universe by Yahoo, compared with `Ticker.info` for each stock.

    python benchmarks/yahoo_in_bulk.py [STOCKS] [REQUESTS_A_SECOND]

* spock: `spock enrich` from an empty register, in its own process; the time includes the lists;
* info: `yfinance.Ticker(symbol).info` for each stock, in this process, at the same rate limit.

Requests of both go to the same sandbox, which counts them. The second part runs `spock enrich` with
the full universe (18,944 stocks): without faults, with 5 % of random HTTP 5xx, and with a series of
HTTP 429. It prints the screener requests beside their lower bound (the sum of ceil(stocks / 250)
over industries), and the most requests in one second.
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

from spock_core.domain.queries import Site
from spock_core.plugins.loader import load_plugins
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import FULL_SIZE, make_universe
from spock_core.sources.queries.gate import source_gate
from spock_core.sources.yahoo.client import Yahoo
from spock_core.sources.yahoo.names import HOSTS
from spock_core.sources.yahoo.sources import YahooProfile

STOCKS, RATE = 8_000, 100.0


def spock(sandbox: Sandbox, rate: float) -> tuple[float, int]:
    """Returns seconds and requests to Yahoo of a first run."""
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
    """Returns seconds and requests to Yahoo of one `Ticker.info` for each stock."""
    sandbox.counters.clear()
    site = Site(addresses=(HOSTS,), rate=rate, base=sandbox.url)
    gate = source_gate(YahooProfile(), site, pause_s=0.1, notify=lambda _: None)
    started = time.perf_counter()
    with Yahoo(gate, sandbox.url):
        for symbol in symbols:
            _ = yfinance.Ticker(symbol).info
    return time.perf_counter() - started, sandbox.counters["yahoo"]


def busiest_second(sandbox: Sandbox) -> int:
    """Returns the highest number of requests that arrived within one second."""
    times = sorted(sandbox.yahoo.arrivals)
    return max((bisect_left(times, at + 1) - i for i, at in enumerate(times)), default=0)


def whole_universe(rate: float) -> None:
    """Prints the measurements of the full universe, with and without faults."""
    plugins = load_plugins()
    universe = make_universe(plugins, FULL_SIZE)
    scenarios: dict[str, dict[str, Any]] = {
        "no faults": {},
        "5 % random 5xx": {"error_share": 0.05},
        "series of 429": {"storm_429": range(30, 42)},
    }
    print(f"\n{FULL_SIZE:,} stocks at {rate:g} requests a second")
    for scenario, faults in scenarios.items():
        with serve(universe, plugins.markets) as sandbox:
            for name, value in faults.items():
                setattr(sandbox.yahoo.faults, name, value)
            seconds, requests = spock(sandbox, rate)
            bound = sum(ceil(len(stocks) / 250) for stocks in sandbox.yahoo.industries.values())
            screens, profiles = (sandbox.counters[f"yahoo {n}"] for n in ("screener", "summary"))
            shown = f"{screens} (lower bound {bound}, {screens / bound:.2f}x)"
            busiest = busiest_second(sandbox)
            print(f"  {scenario:15} screener {shown}, profiles {profiles}, all {requests},")
            print(f"  {'':15} busiest second {busiest}, {seconds:.1f} s")


def main() -> None:
    """Prints both parts."""
    stocks = int(sys.argv[1]) if len(sys.argv) > 1 else STOCKS
    rate = float(sys.argv[2]) if len(sys.argv) > 2 else RATE
    plugins = load_plugins()
    universe = make_universe(plugins, stocks)
    with serve(universe, plugins.markets) as sandbox:
        symbols = [stock.symbol for stock in sandbox.yahoo.known.values()]
        spock_s, spock_requests = spock(sandbox, rate)
        print(f"{stocks:,} stocks at {rate:g} requests a second")
        print(f"  spock        {spock_requests:7,} requests {spock_s:8.1f} s")
        info_s, info_requests = info(sandbox, rate, symbols)
        print(f"  Ticker.info  {info_requests:7,} requests {info_s:8.1f} s")
        ratio, time_ratio = info_requests / spock_requests, info_s / spock_s
        print(f"  ratio        {ratio:7.1f}x         {time_ratio:8.1f}x")
    whole_universe(rate)


if __name__ == "__main__":
    main()

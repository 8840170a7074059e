"""What grows how with the number of markets: requests, seconds, memory and the register's size.

    python -m benchmarks.scale [--listings-each 5000] [MARKETS ...]

Makes one market so many times over (6, 20 and 60 by default: 300,000 listings), each with a region,
a list and one of Yahoo's exchanges of its own. A sandbox in another process serves their lists and
Yahoo's answers. For each number it runs, in processes of their own, a first run over all sources
into a new register, and a second one, when nothing has changed. The rate limit is the highest that
can be set, so that the seconds are those of the work itself.

Prints a line for each run, and at the end by which power of the listings each number grew: 1 is
linear.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from spock_core import Exchange, Listing, ListRecipe, Market, Recipe, hookimpl
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.server import serve
from spock_core.sandbox.universe import FULL_SIZE, make_universe
from spock_core.settings.model import Settings


def ticker(number: int) -> str:
    """Returns the n-th ticker of four letters and more."""
    letters = ""
    for _ in range(5):
        number, place = divmod(number, 26)
        letters = ascii_uppercase[place] + letters
    return letters


class MadeOver:
    """A plugin of so many markets, all by one recipe."""

    def __init__(self, markets: int, listings: int) -> None:
        from yfinance.const import EQUITY_SCREENER_EQ_MAP

        codes = sorted({c for some in EQUITY_SCREENER_EQ_MAP["exchange"].values() for c in some})
        if markets > len(codes):
            raise SystemExit(f"Yahoo has {len(codes)} exchanges: no more markets than these")
        regions = ("".join(pair) for pair in product("ABCD", ascii_uppercase))
        self.listings = listings
        self.markets = {
            region: self._market(region, code)
            for region, code in zip(regions, codes[:markets], strict=False)
        }

    @staticmethod
    def _market(region: str, code: str) -> Market:
        suffix = f".{code}"

        def yahoo_symbol(listing: Listing) -> str:
            return f"{listing.ticker}{suffix}"

        exchange = Exchange(f"X{code}"[:4], f"Venue {code}", "USD", code, (code,), suffix)
        return Market(region, f"Market {region}", (exchange,), yahoo_symbol=yahoo_symbol)

    @hookimpl
    def spock_sandbox_recipe(self, market: Market) -> Recipe | None:
        """Returns the recipe of each of the markets."""
        [exchange] = market.exchanges
        made = ListRecipe(exchange.list_name, ticker, stocks=self.listings, lots=(100,))
        return Recipe(region=market.region, legal_forms=("CORP", "LTD"), lists=(made,))


def plugins_of(markets: int, listings: int) -> Plugins:
    """Returns the built-in plugins with these markets in place of those that are installed."""
    plugins = load_plugins()
    made_over = MadeOver(markets, listings)
    plugins.markets.clear()
    plugins.markets.update(made_over.markets)
    plugins.add(made_over, name="made over")
    return plugins


def serve_sandbox(markets: int, listings: int) -> None:
    """The sandbox's process: serves until its input ends."""
    plugins = plugins_of(markets, listings)
    with serve(make_universe(plugins, FULL_SIZE), plugins.markets) as sandbox:
        print(sandbox.url, flush=True)
        sys.stdin.read()


def run_once(markets: int, listings: int, url: str, database: str) -> None:
    """A run's process: prints what it came to."""
    logging.basicConfig(level=logging.ERROR)
    settings = Settings.model_validate(
        {
            "database": database,
            "sources": ["kis", "yahoo-screener", "yahoo-profile", "issuer"],
            "kis_master_url": f"{url}/common/master",
            "yahoo_url": url,
            "yahoo_rate": 1000,
            "profile_budget": 0,
        }
    )
    result = run_pipeline(settings, plugins_of(markets, listings))
    regions = result.regions
    print(json.dumps({"requests": dict(result.requests), "phases": result.phases,
                      "failed": [one.region for one in regions if one.error]}))  # fmt: skip


@contextmanager
def sandbox(markets: int, listings: int) -> Iterator[str]:
    """Runs the sandbox's process. Yields its address."""
    command = [sys.executable, "-m", "benchmarks.scale", str(markets), "--as", "sandbox"]
    command += ["--listings-each", str(listings)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def measured(
    markets: int, listings: int, url: str, database: str
) -> tuple[float, float, dict[str, Any]]:
    """Returns a run's seconds, its peak memory in megabytes, and what it printed."""
    command = [sys.executable, "-m", "benchmarks.scale", str(markets), "--as", "run"]
    command += ["--listings-each", str(listings), "--url", url, "--database-url", database]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"a run over {markets} markets failed with {process.returncode}")
    seconds = time.perf_counter() - started
    return seconds, usage.ru_maxrss / 1024, json.loads(said.splitlines()[-1])


def compare(sizes: list[int], listings: int) -> None:
    """Prints a line for each run, and what grew how."""
    found: dict[str, list[tuple[float, ...]]] = {"first": [], "second": []}
    print(f"{'markets':>7} {'listings':>9} {'run':7} {'requests':>9} {'seconds':>8} {'MB':>6} "
          f"{'register MB':>11} {'us/listing':>10}")  # fmt: skip
    for markets in sizes:
        with tempfile.TemporaryDirectory() as folder, sandbox(markets, listings) as url:
            register = Path(folder) / "register.db"
            for what, lines in found.items():
                seconds, megabytes, said = measured(markets, listings, url, f"sqlite:///{register}")
                requests = sum(said["requests"].values())
                size = sum(f.stat().st_size for f in Path(folder).glob("register.db*")) / 1e6
                every = markets * listings
                print(f"{markets:7} {every:9,} {what:7} {requests:9,} {seconds:8.1f} "
                      f"{megabytes:6.0f} {size:11.1f} {1e6 * seconds / every:10.0f}  "
                      f"{said['phases']} {said['requests']} {' '.join(said['failed'])}",
                      flush=True)  # fmt: skip
                lines.append((every, requests, seconds, megabytes, size))
    if len(sizes) > 1:
        for what, lines in found.items():
            grew = [
                math.log(max(last, 1e-9) / max(first, 1e-9))
                for first, last in zip(lines[0], lines[-1], strict=True)
            ]
            named = zip(("requests", "seconds", "memory", "register"), grew[1:], strict=True)
            powers = ", ".join(f"{name} {each / grew[0]:.2f}" for name, each in named)
            print(f"{what}: grew by the power {powers}")


def main() -> None:
    """Runs the benchmark, or one of its processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("markets", type=int, nargs="*", default=[6, 20, 60])
    parser.add_argument("--listings-each", type=int, default=5_000)
    parser.add_argument("--as", dest="role", choices=("sandbox", "run"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--database-url", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.role == "sandbox":
        serve_sandbox(given.markets[0], given.listings_each)
    elif given.role == "run":
        run_once(given.markets[0], given.listings_each, given.url, given.database_url)
    else:
        compare(given.markets, given.listings_each)


if __name__ == "__main__":
    main()

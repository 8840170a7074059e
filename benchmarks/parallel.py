"""Speed-up by parallel workers: seconds of the collect phase with one, two, five and ten workers.

    python benchmarks/parallel.py [STOCKS] [LATENCY_S]

Runs `spock enrich` from an empty register for each number of workers, each time in its own process.
Its requests go to a sandbox in another process, which waits before every response. The rate limit
is the highest that can be set. First with one region, then with all five. Prints the ratio to one
worker, and the peak memory of all runs so far.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from spock_core.sandbox.universe import FULL_SIZE

LATENCY_S = 0.2
WORKERS = (1, 2, 5, 10)
SCENARIOS = {"one region": ["US"], "five regions": ["ALL"]}


@contextmanager
def sandbox(stocks: int, latency_s: float) -> Iterator[dict[str, str]]:
    """Runs a sandbox in its own process. Yields the environment variables with its addresses."""
    command = [sys.executable, "-m", "spock_core", "sandbox", "--sandbox-size", str(stocks)]
    command += ["--yahoo-latency", str(latency_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        lines = [process.stdout.readline().strip() for _ in range(2)]
        try:
            yield dict(line.removeprefix("export ").split("=", 1) for line in lines)
        finally:
            process.terminate()


def run(addresses: dict[str, str], regions: list[str], workers: int) -> tuple[float, int, float]:
    """Returns seconds of the collect phase, requests to Yahoo, and peak memory in megabytes."""
    environment = {**os.environ, **addresses, "SPOCK_YAHOO_RATE": "1000", "SPOCK_SOURCES": "ALL"}
    command = [sys.executable, "-m", "spock_core", "enrich", "--json", "--regions", *regions]
    if workers > 1:
        command += ["--parallel", "--max-workers", str(workers)]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    document = json.loads(done.stdout)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return document["phases"]["collect"], document["requests"]["yahoo"], megabytes


def main() -> None:
    """Prints a line for each number of workers."""
    stocks = int(sys.argv[1]) if len(sys.argv) > 1 else FULL_SIZE
    latency_s = float(sys.argv[2]) if len(sys.argv) > 2 else LATENCY_S
    print(f"{stocks:,} stocks, {latency_s:g} s before every response")
    with sandbox(stocks, latency_s) as addresses:
        for scenario, regions in SCENARIOS.items():
            one_worker_s = 0.0
            for workers in WORKERS:
                seconds, requests, megabytes = run(addresses, regions, workers)
                one_worker_s = one_worker_s or seconds
                ratio = one_worker_s / seconds
                print(
                    f"  {scenario:13} {workers:2} workers {seconds:7.1f} s  {ratio:5.2f}x  "
                    f"{requests} requests, peak {megabytes:.0f} MB so far"
                )


if __name__ == "__main__":
    main()

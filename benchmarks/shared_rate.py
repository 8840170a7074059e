"""The rate that several processes on one register share: requests a second, at the server.

    python benchmarks/shared_rate.py [DATABASE_URL] [PROCESSES] [WORKERS] [RATE] [SECONDS]

Each process makes requests to a server of this benchmark from as many threads as it has workers,
through the rate limiter and the register, as fast as it is let. The server waits 0.2 s before each
answer. Prints how many requests came in the fullest second, and how many in the average one: with
all processes busy, and with one busy beside others that ask once in three seconds.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context

from spock_core.domain.workers.shared_rate import Rates
from spock_core.sources.http.common import Common
from spock_core.sources.http.lease import Lease
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.store.connection.opening import open_database
from spock_core.store.fetching.provider_rates import rates_of

LATENCY_S = 0.2
REST_S = 3.0
"""How long a process that is not busy waits between two requests."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.moments: list[float] = []


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.moments.append(time.monotonic())
        time.sleep(LATENCY_S)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def served() -> Iterator[_Server]:
    """Yields a server that notes when requests come."""
    with _Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(rates: Rates, url: str, rate: float, workers: int, seconds: float, rest_s: float) -> None:
    """Asks from threads for so many seconds, in a process of its own."""
    until = time.monotonic() + seconds
    with rates.open("benchmark") as shared:
        limiter = AdaptiveRateLimiter(rate, lease=Lease(Common(shared), alone=False))

        def work() -> None:
            while time.monotonic() < until:
                limiter.acquire()
                urllib.request.urlopen(url, timeout=30).close()
                time.sleep(rest_s)

        threads = [threading.Thread(target=work) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def measure(database: str, rate: float, seconds: float, processes: list[tuple[int, float]]) -> None:
    """Prints a line. `processes`: for each, its workers, and how long they rest."""
    open_database(database, create=True).close()
    rates = rates_of(database, 30.0)
    if rates is None:
        raise SystemExit(f"{database}: no rate can be shared there")
    with served() as server:
        url = f"http://127.0.0.1:{server.server_port}"
        context = get_context("spawn")
        running = [
            context.Process(target=ask, args=(rates, url, rate, workers, seconds, rest_s))
            for workers, rest_s in processes
        ]
        for process in running:
            process.start()
        for process in running:
            process.join()
        moments = sorted(server.moments)
    begins = moments[0] + 2.0  # while processes start, not all of them ask
    steady = [moment for moment in moments if begins <= moment < moments[0] + seconds - 1]
    fullest = max(sum(start <= one < start + 1 for one in moments) for start in moments)
    average = (len(steady) - 1) / (steady[-1] - steady[0])
    print(
        f"  {len(processes)} processes: {fullest} in the fullest second, {average:.1f} on average"
    )


def main() -> None:
    """Prints two lines for a database."""
    arguments = dict(enumerate(sys.argv))
    with tempfile.TemporaryDirectory() as folder:
        database = arguments.get(1, f"sqlite:///{folder}/spock.db")
        count, workers = int(arguments.get(2, 3)), int(arguments.get(3, 4))
        rate, seconds = float(arguments.get(4, 20)), float(arguments.get(5, 20))
        print(f"{rate:g} requests a second, {workers} workers in each process: all busy, one busy")
        measure(database, rate, seconds, [(workers, 0.0)] * count)
        measure(database, rate, seconds, [(workers, 0.0), *[(1, REST_S)] * (count - 1)])


if __name__ == "__main__":
    main()

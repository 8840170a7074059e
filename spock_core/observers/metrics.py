"""Metrics for Prometheus, served on the loopback address while a run lasts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from spock_core.errors import UsageError
from spock_core.events import RegionResult
from spock_core.hookspecs import hookimpl
from spock_core.plugins import Plugins

LOOPBACK = "127.0.0.1"
BUCKETS_S = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600)


class Metrics:
    """Counts what observers hear."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._regions = Counter(
            "spock_enrichment_regions_processed_total",
            "Regions that a run worked on, by how they ended.",
            ("region", "status"),
            registry=registry,
        )
        self._stocks = Counter(
            "spock_enrichment_stocks_enriched_total",
            "Stocks whose classification was written, by the source that decided it.",
            ("region", "source"),
            registry=registry,
        )
        self._duration = Histogram(
            "spock_enrichment_duration_seconds",
            "Time that a region took.",
            ("region",),
            buckets=BUCKETS_S,
            registry=registry,
        )
        self._success = Gauge(
            "spock_enrichment_success_rate",
            "Share of a region's stocks that did not fail in its last run, 0 to 1.",
            ("region",),
            registry=registry,
        )
        self._retries = Counter(
            "spock_enrichment_retry_attempts_total",
            "Questions that were asked again.",
            ("region",),
            registry=registry,
        )

    @hookimpl
    def spock_region_finished(self, result: RegionResult) -> None:
        """Counts a region when it has ended."""
        region = result.region
        self._regions.labels(region, result.status.value).inc()
        for source, count in result.by_source.items():
            self._stocks.labels(region, source).inc(count)
        self._duration.labels(region).observe(result.duration_s)
        self._success.labels(region).set(result.success_rate)
        self._retries.labels(region).inc(result.retries)


@contextlib.contextmanager
def serving(port: int, plugins: Plugins) -> Iterator[None]:
    """Serves metrics until the run ends. Raises `UsageError` where the port is taken."""
    registry = CollectorRegistry()
    try:
        server, thread = start_http_server(port, addr=LOOPBACK, registry=registry)
    except OSError as error:
        raise UsageError(
            f"--prometheus-port {port}: {(error.strerror or str(error)).lower()}: "
            "choose another port"
        ) from error
    metrics = Metrics(registry)
    plugins.add(metrics, name=__name__)
    try:
        yield
    finally:
        plugins.remove(metrics)
        server.shutdown()
        server.server_close()
        thread.join()

"""What a run is worth to an operator, as Prometheus metrics. No ticker is ever a label."""

from __future__ import annotations

import platform
import re
from importlib.metadata import version
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from spock_core.domain.events import (
    ListingChanges,
    RegionStarted,
    RequestMade,
    Retry,
    RunStarted,
    StocksClassified,
)
from spock_core.domain.results import RegionResult, RunResult
from spock_core.plugins.hookspecs import hookimpl

REGION_BUCKETS_S = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600)
REQUEST_BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_STATUSES = (400, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504)
"""HTTP statuses that are told apart; a server may make up any number."""


class Metrics:
    """Counts what observers hear, in a registry of its own."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._slowest: dict[str, float] = {}

        def made(kind: Any, name: str, text: str, labels: str = "", **options: Any) -> Any:
            return kind(name, text, labels.split(), registry=registry, **options)

        self._regions = made(
            Counter,
            "spock_enrichment_regions_processed_total",
            "Regions that a run worked on, by how they ended.",
            "region status",
        )
        self._stocks = made(
            Counter,
            "spock_enrichment_stocks_enriched_total",
            "Stocks whose classification was written, by the source that decided it.",
            "region source",
        )
        self._duration = made(
            Histogram,
            "spock_enrichment_duration_seconds",
            "Time that a region took.",
            "region",
            buckets=REGION_BUCKETS_S,
        )
        self._success = made(
            Gauge,
            "spock_enrichment_success_rate",
            "Share of a region's stocks that did not fail in its last run, 0 to 1.",
            "region",
        )
        self._retries = made(
            Counter,
            "spock_enrichment_retry_attempts_total",
            "Questions that were asked again.",
            "region",
        )
        self._requests = made(
            Counter,
            "spock_requests_total",
            "Wire requests, by how they ended.",
            "provider outcome",
        )
        self._request_seconds = made(
            Histogram,
            "spock_request_duration_seconds",
            "Time from a wire request to its answer.",
            "provider",
            buckets=REQUEST_BUCKETS_S,
        )
        self._waits = made(
            Counter,
            "spock_budget_wait_seconds_total",
            "Time that requests waited for the provider's budget, over all workers.",
            "provider",
        )
        self._rate = made(
            Gauge, "spock_request_rate", "Requests a second that the budget lets pass.", "provider"
        )
        self._lowest = made(
            Gauge, "spock_request_rate_lowest", "The lowest it was in this run.", "provider"
        )
        self._ceiling = made(Gauge, "spock_request_rate_ceiling", "The most it may be.", "provider")
        self._breaker = made(
            Gauge,
            "spock_breaker_open",
            "1 where the provider is left alone for the rest of the run.",
            "provider",
        )
        self._to_do = made(
            Gauge, "spock_stocks_to_do", "Stocks that this run will classify.", "region"
        )
        self._done = made(
            Gauge, "spock_stocks_done", "Stocks that this run has classified so far.", "region"
        )
        self._failed = made(
            Gauge,
            "spock_stocks_failed",
            "Stocks of the last run that failed, by what did: list, provider, fault.",
            "region kind",
        )
        self._unknown = made(
            Gauge,
            "spock_stocks_unknown",
            "Stocks of the last run of which no source says a sector, by kind of security.",
            "region kind",
        )
        self._refused = made(
            Gauge,
            "spock_lists_refused",
            "Lists that the last run refused: unavailable, damaged, shrank.",
            "region reason",
        )
        self._listings = made(
            Gauge, "spock_listings", "Active listings of all kinds in the register.", "region"
        )
        self._coverage = made(
            Gauge,
            "spock_coverage_ratio",
            "Share of active stocks for which the register has a value, 0 to 1.",
            "region field",
        )
        self._last_success = made(
            Gauge,
            "spock_last_success_timestamp_seconds",
            "When the region last came through.",
            "region",
        )
        self._last_run = made(Gauge, "spock_last_run_timestamp_seconds", "When the last run began.")
        self._run_duration = made(
            Gauge, "spock_run_duration_seconds", "Time that the last run took."
        )
        self._in_progress = made(Gauge, "spock_run_in_progress", "1 while a run is at work.")
        made(Info, "spock_build", "What is running.").info(
            {"version": version("spock-core"), "python": platform.python_version()}
        )

    @hookimpl
    def spock_run_started(self, event: RunStarted) -> None:
        """A run begins: what earlier runs came to still holds."""
        self._in_progress.set(1)
        self._last_run.set(event.started_at.timestamp())
        for region, moment in event.last_success.items():
            self._last_success.labels(region).set(moment.timestamp())

    @hookimpl
    def spock_region_started(self, event: RegionStarted) -> None:
        """Makes the series that count from zero."""
        self._retries.labels(event.region)
        self._done.labels(event.region).set(0)

    @hookimpl
    def spock_region_listed(self, region: str, total: int, changes: ListingChanges) -> None:
        """Now it is known how much there is to do."""
        self._to_do.labels(region).set(total)

    @hookimpl
    def spock_stocks_classified(self, event: StocksClassified) -> None:
        """A batch is done."""
        self._done.labels(event.region).inc(event.done)

    @hookimpl
    def spock_region_finished(self, result: RegionResult) -> None:
        """Counts a region when it has ended."""
        region = result.region
        self._regions.labels(region, result.status.value).inc()
        for source, count in result.by_source.items():
            self._stocks.labels(region, source).inc(count)
        self._duration.labels(region).observe(result.duration_s)
        self._success.labels(region).set(result.success_rate)
        for kind in ("list", "provider", "fault"):
            self._failed.labels(region, kind).set(result.failed_by.get(kind, 0))
        for kind, count in result.unknown_by.items():
            self._unknown.labels(region, kind).set(count)
        for reason in ("unavailable", "damaged", "shrank"):
            count = sum(kind.value == reason for kind in result.listing.refused_kinds)
            self._refused.labels(region, reason).set(count)

    @hookimpl
    def spock_run_finished(self, result: RunResult) -> None:
        """A run ended: what the register covers now."""
        self._in_progress.set(0)
        self._run_duration.set(result.duration_s)
        for region, moment in result.last_success.items():
            self._last_success.labels(region).set(moment.timestamp())
        for one in result.coverage:
            self._listings.labels(one.region).set(one.listings)
            for name, known in one.known.items():
                self._coverage.labels(one.region, name).set(known / one.stocks if one.stocks else 0)

    @hookimpl
    def spock_request_made(self, event: RequestMade) -> None:
        """Counts a request."""
        provider = event.provider
        self._requests.labels(provider, bounded(event.outcome)).inc()
        self._request_seconds.labels(provider).observe(event.seconds)
        self._waits.labels(provider).inc(event.waited_s)
        self._breaker.labels(provider).set(event.given_up)
        if event.rate is not None and event.ceiling is not None:
            slowest = min(event.rate, self._slowest.get(provider, event.rate))
            self._slowest[provider] = slowest
            self._lowest.labels(provider).set(slowest)
            self._rate.labels(provider).set(event.rate)
            self._ceiling.labels(provider).set(event.ceiling)

    @hookimpl
    def spock_retry(self, event: Retry) -> None:
        """Counts a retry, while the run lasts."""
        self._retries.labels(event.region or "all").inc()


def bounded(outcome: str) -> str:
    """An outcome as a label: statuses that nobody expects are told apart by their class alone."""
    found = re.fullmatch(r"http_(\d+)", outcome)
    if found is None or int(found[1]) in _STATUSES:
        return outcome
    return f"http_{found[1][0]}xx"

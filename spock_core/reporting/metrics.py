"""The Prometheus metrics of a run. Tickers are never labels, so the number of series is bounded."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from spock_core.domain.events import (
    ListingChanges,
    RefusalKind,
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
UNREADABLE = {"unreadable": "document", "html": "page", "crumb": "crumb", "too_large": "size"}
"""Kinds of what could not be read, by the outcome of the request; quotes are counted apart."""
_STATUSES = (400, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504)
"""HTTP statuses with a label value of their own; a server may answer with any number."""


class Metrics:
    """An observer that counts the events of a run in the given registry."""

    def __init__(self, registry: CollectorRegistry, providers: Mapping[str, str]) -> None:
        """`providers`: the name under which a source's stocks are counted, by its own name."""
        self.complete = False
        """Whether the run has ended and the metrics are those of the register."""
        self._providers = providers
        self._slowest: dict[str, float] = {}

        def metric(kind: Any, name: str, text: str, labels: str = "", **options: Any) -> Any:
            return kind(name, text, labels.split(), registry=registry, **options)

        self._regions = metric(
            Counter,
            "spock_enrichment_regions_processed_total",
            "Regions that the run processed, by final status.",
            "region status",
        )
        self._stocks = metric(
            Counter,
            "spock_enrichment_stocks_enriched_total",
            "Stocks whose classification was written, by the provider that decided the sector.",
            "region source",
        )
        self._duration = metric(
            Histogram,
            "spock_enrichment_duration_seconds",
            "Time that a region took, in seconds.",
            "region",
            buckets=REGION_BUCKETS_S,
        )
        self._success = metric(
            Gauge,
            "spock_enrichment_success_rate",
            "Share of the region's stocks that did not fail in the last run, 0 to 1.",
            "region",
        )
        self._retries = metric(
            Counter,
            "spock_enrichment_retry_attempts_total",
            "Retries of failed requests.",
            "region",
        )
        self._requests = metric(
            Counter,
            "spock_requests_total",
            "HTTP requests, by outcome.",
            "provider outcome",
        )
        self._unreadable = metric(
            Counter,
            "spock_unreadable_total",
            "Answers of providers that could not be read, and quotes left out of others.",
            "provider kind",
        )
        self._request_seconds = metric(
            Histogram,
            "spock_request_duration_seconds",
            "Time from an HTTP request to its response, in seconds.",
            "provider",
            buckets=REQUEST_BUCKETS_S,
        )
        self._waits = metric(
            Counter,
            "spock_budget_wait_seconds_total",
            "Time that requests waited for the rate limiter, over all workers.",
            "provider",
        )
        self._rate = metric(
            Gauge,
            "spock_request_rate",
            "Requests per second that the rate limiter allows now.",
            "provider",
        )
        self._lowest = metric(
            Gauge, "spock_request_rate_lowest", "Lowest allowed rate in this run.", "provider"
        )
        self._ceiling = metric(
            Gauge, "spock_request_rate_ceiling", "Highest rate that the settings allow.", "provider"
        )
        self._breaker = metric(
            Gauge,
            "spock_breaker_open",
            "1 if the circuit breaker of the provider is open for the rest of the run.",
            "provider",
        )
        self._to_do = metric(
            Gauge, "spock_stocks_to_do", "Stocks that this run has to classify.", "region"
        )
        self._done = metric(
            Gauge, "spock_stocks_done", "Stocks that this run has classified so far.", "region"
        )
        self._failed = metric(
            Gauge,
            "spock_stocks_failed",
            "Stocks that failed in the last run, by cause: list, provider, fault.",
            "region kind",
        )
        self._unknown = metric(
            Gauge,
            "spock_stocks_unknown",
            "Stocks without a sector from any source in the last run, by security type.",
            "region kind",
        )
        self._refused = metric(
            Gauge,
            "spock_lists_refused",
            "Lists that the last run refused, by reason: unavailable, damaged, shrank.",
            "region reason",
        )
        self._listings = metric(
            Gauge, "spock_listings", "Active listings of all types in the register.", "region"
        )
        self._coverage = metric(
            Gauge,
            "spock_coverage_ratio",
            "Share of active stocks with a value of the field, 0 to 1.",
            "region field",
        )
        self._last_success = metric(
            Gauge,
            "spock_last_success_timestamp_seconds",
            "Time of the last successful run of the region.",
            "region",
        )
        self._last_run = metric(
            Gauge, "spock_last_run_timestamp_seconds", "Start time of the last run."
        )
        self._run_duration = metric(
            Gauge, "spock_run_duration_seconds", "Duration of the last run."
        )
        self._in_progress = metric(Gauge, "spock_run_in_progress", "1 while a run is in progress.")
        metric(Info, "spock_build", "Versions of Spock and Python.").info(
            {"version": version("spock-core"), "python": platform.python_version()}
        )

    @hookimpl
    def spock_run_started(self, event: RunStarted) -> None:
        """Marks the run as in progress, and carries over the last success of each region."""
        self._in_progress.set(1)
        self._last_run.set(event.started_at.timestamp())
        for region, moment in event.last_success.items():
            self._last_success.labels(region).set(moment.timestamp())

    @hookimpl
    def spock_region_started(self, event: RegionStarted) -> None:
        """Creates the series of the region with value 0."""
        self._retries.labels(event.region)
        self._done.labels(event.region).set(0)

    @hookimpl
    def spock_region_listed(self, region: str, total: int, changes: ListingChanges) -> None:
        """Sets the number of stocks to classify, which is known once the lists are read."""
        self._to_do.labels(region).set(total)

    @hookimpl
    def spock_stocks_classified(self, event: StocksClassified) -> None:
        """Counts the stocks of a batch."""
        self._done.labels(event.region).inc(event.done)

    @hookimpl
    def spock_region_finished(self, result: RegionResult) -> None:
        """Counts a region and its result."""
        region = result.region
        self._regions.labels(region, result.status.value).inc()
        for source, count in result.by_source.items():
            self._stocks.labels(region, self._providers.get(source, source)).inc(count)
        self._duration.labels(region).observe(result.duration_s)
        self._success.labels(region).set(result.success_rate)
        for kind in ("list", "provider", "fault"):
            self._failed.labels(region, kind).set(result.failed_by.get(kind, 0))
        for kind, count in result.unknown_by.items():
            self._unknown.labels(region, kind).set(count)
        for reason in RefusalKind:
            count = result.listing.refused_kinds.count(reason)
            self._refused.labels(region, reason.value).set(count)

    @hookimpl
    def spock_run_finished(self, result: RunResult) -> None:
        """Sets the duration of the run, the last successes and the coverage of the register."""
        self.complete = True
        self._in_progress.set(0)
        self._run_duration.set(result.duration_s)
        for region, moment in result.last_success.items():
            self._last_success.labels(region).set(moment.timestamp())
        for found in result.coverage:
            self._listings.labels(found.region).set(found.listings)
            for name, known in found.known.items():
                ratio = known / found.stocks if found.stocks else 0
                self._coverage.labels(found.region, name).set(ratio)

    @hookimpl
    def spock_request_made(self, event: RequestMade) -> None:
        """Counts a request and updates the rates of its provider."""
        provider = event.provider
        self._requests.labels(provider, bounded(event.outcome)).inc()
        if event.outcome in UNREADABLE:
            self._unreadable.labels(provider, UNREADABLE[event.outcome]).inc()
        if event.dropped:
            self._unreadable.labels(provider, "quote").inc(event.dropped)
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
        """Counts a retry under its region, or under `all`."""
        self._retries.labels(event.region or "all").inc()


def bounded(outcome: str) -> str:
    """Returns an outcome as a label value.

    HTTP statuses that are not expected are reduced to their class: `http_418` to `http_4xx`.
    """
    found = re.fullmatch(r"http_(\d+)", outcome)
    if found is None or int(found[1]) in _STATUSES:
        return outcome
    return f"http_{found[1][0]}xx"

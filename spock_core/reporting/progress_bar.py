"""The progress bar on a terminal: classified stocks of all, rate and time left."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from typing import Never

from tqdm import tqdm
from tqdm.contrib import DummyTqdmFile

from spock_core.domain.events import (
    ListingChanges,
    RegionStarted,
    RequestMade,
    StocksClassified,
)
from spock_core.domain.results import Planned, RegionResult
from spock_core.plugins.hookspecs import hookimpl
from spock_core.plugins.registry import Plugins
from spock_core.reporting.progress_lines import ProgressLines
from spock_core.reporting.time_left import TimeLeft

INTERVAL_S = 0.1
"""Time between two updates."""
_ALL = "stocks"
_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}, {rate_fmt}{postfix}]"
"""Without tqdm's time left, which supposes that all stocks take the same time: those that are
asked one by one take most of it."""


class _Bars:
    """An observer with one bar for all stocks, or one for each region."""

    def __init__(self, *, by_region: bool) -> None:
        self._by_region = by_region
        self._bars: dict[str, tqdm[Never]] = {}
        self._left = TimeLeft()
        self._shown = time.monotonic()

    @hookimpl
    def spock_region_started(self, event: RegionStarted) -> None:
        if self._by_region:
            self._bar(event.region)  # in the order of the regions

    @hookimpl
    def spock_region_listed(self, region: str, total: int, changes: ListingChanges) -> None:
        bar = self._bar(region)
        bar.total = (bar.total or 0) + total
        bar.refresh()

    @hookimpl
    def spock_stocks_classified(self, event: StocksClassified) -> None:
        self._bar(event.region).update(event.done)

    @hookimpl
    def spock_planned(self, planned: Planned) -> None:
        self._left.plan(planned)

    @hookimpl
    def spock_request_made(self, event: RequestMade) -> None:
        """Keeps the clock and the time left true while no stock is classified."""
        self._left.count(event)
        now = time.monotonic()
        if now - self._shown < INTERVAL_S:
            return
        self._shown = now
        for bar in self._bars.values():
            bar.set_postfix_str(f"{self._left}")

    @hookimpl
    def spock_region_finished(self, result: RegionResult) -> None:
        if self._by_region:
            self._bar(result.region).close()

    def close(self) -> None:
        """Closes all bars and leaves their last state on the screen."""
        for bar in self._bars.values():
            if not bar.disable:
                bar.set_postfix_str(self._left.made_text)
            bar.close()

    def _bar(self, region: str) -> tqdm[Never]:
        name = region if self._by_region else _ALL
        if name not in self._bars:
            self._bars[name] = tqdm(
                desc=name,
                unit=" stocks",
                total=0,
                position=len(self._bars),
                mininterval=INTERVAL_S,
                bar_format=_FORMAT,
            )
        return self._bars[name]


@contextlib.contextmanager
def show_progress(plugins: Plugins, *, by_region: bool) -> Iterator[None]:
    """Shows progress during the run; log lines are printed above the bars."""
    bars = _Bars(by_region=by_region) if sys.stderr.isatty() else ProgressLines()
    plugins.add(bars, name=__name__)
    with contextlib.ExitStack() as stack:
        for handler in logging.getLogger("spock_core").handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(DummyTqdmFile(sys.stderr))
                stack.callback(handler.setStream, sys.stderr)
        stack.callback(plugins.remove, bars)
        stack.callback(bars.close)
        yield

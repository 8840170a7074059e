"""The progress bar: stocks done, rate and time left, on stderr."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Never

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from spock_core.events import ListingChanges, RegionResult, StocksClassified
from spock_core.hookspecs import hookimpl
from spock_core.plugins import Plugins


class _Bar:
    """One bar, a region at a time."""

    def __init__(self) -> None:
        self._bar: tqdm[Never] | None = None

    @hookimpl
    def spock_region_listed(self, region: str, total: int, changes: ListingChanges) -> None:
        self._bar = tqdm(total=total, desc=region, unit=" stocks")

    @hookimpl
    def spock_stocks_classified(self, event: StocksClassified) -> None:
        if self._bar is not None:
            self._bar.update(event.done)

    @hookimpl
    def spock_region_finished(self, result: RegionResult) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the bar as it stands."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@contextlib.contextmanager
def showing(plugins: Plugins) -> Iterator[None]:
    """Shows the bar for as long as the run lasts; log lines go above it."""
    bar = _Bar()
    plugins.add(bar, name=__name__)
    with logging_redirect_tqdm([logging.getLogger("spock_core")]):
        try:
            yield
        finally:
            bar.close()
            plugins.manager.unregister(bar)

"""A run on a sandbox of its own: the settings that send it there, for as long as it lasts."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from spock_core.domain.text import redact_url
from spock_core.plugins.registry import Plugins
from spock_core.plugins.selection import select_markets
from spock_core.sandbox.server import serve
from spock_core.sandbox.universe import make_universe
from spock_core.settings.model import Settings

RATE = 100.0
"""Nobody minds requests to one's own sandbox; a rate that was asked for is kept all the same."""

log = logging.getLogger(__name__)


@contextlib.contextmanager
def hosted(settings: Settings, plugins: Plugins) -> Iterator[Settings]:
    """The settings, sent to a sandbox that is served meanwhile."""
    log.info(
        "sandbox: every stock in this run is made up; look at the result in %s",
        redact_url(settings.database),
    )
    select_markets(settings, plugins)  # nothing is made up for regions that are not installed
    universe = make_universe(plugins, settings.sandbox_size, settings.sandbox_seed)
    rate = settings.yahoo_rate if "yahoo_rate" in settings.model_fields_set else RATE
    with serve(universe, plugins.markets) as server:
        there = {
            "kis_master_url": server.kis_master_url,
            "lists_url": server.lists_url,
            "yahoo_url": server.url,
        }
        yield settings.model_copy(update={**there, "yahoo_rate": rate})

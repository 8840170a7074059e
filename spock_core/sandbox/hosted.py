"""Hosts a sandbox for one run, and redirects the run's settings to it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from pydantic import SecretStr

from spock_core.domain.text import redact_url
from spock_core.plugins.registry import Plugins
from spock_core.plugins.selection import select_markets
from spock_core.sandbox.kis_api.site import KEY, SECRET
from spock_core.sandbox.server import serve
from spock_core.sandbox.universe import make_universe
from spock_core.settings.credentials import credentials
from spock_core.settings.model import Settings
from spock_core.settings.rate import rate_of

log = logging.getLogger(__name__)


@contextlib.contextmanager
def hosted_sandbox(settings: Settings, plugins: Plugins) -> Iterator[Settings]:
    """Serves a sandbox inside the `with` statement. Yields the settings with its addresses.

    Raises `UsageError` if a chosen region is not installed.
    """
    log.info(
        "sandbox: all stocks of this run are made up; they are stored in %s",
        redact_url(settings.database),
    )
    select_markets(settings, plugins)  # raises before the universe is made
    universe = make_universe(plugins, settings.sandbox_size, settings.sandbox_seed)
    key = credentials(settings) is not None  # of no use here: the sandbox has one of its own
    with serve(universe, plugins.markets) as server:
        addresses = {
            "kis_master_url": server.kis_master_url,
            "lists_url": server.lists_url,
            "tables_url": server.tables_url,
            "yahoo_url": server.url,
            "kis_api_url": server.url,
            **({"kis_app_key": SecretStr(KEY), "kis_app_secret": SecretStr(SECRET)} if key else {}),
        }
        yield settings.model_copy(update={**addresses, "yahoo_rate": rate_of(settings)})

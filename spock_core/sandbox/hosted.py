"""Hosts a sandbox for one run, and redirects the run's settings to it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from pydantic import SecretStr

from spock_core.domain.errors import ProviderError
from spock_core.domain.queries import QuerySource
from spock_core.domain.source import Source
from spock_core.domain.text import redact_url
from spock_core.plugins.registry import Plugins
from spock_core.plugins.selection import select_markets, select_sources
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
        credentials_here = {"kis_app_key": SecretStr(KEY), "kis_app_secret": SecretStr(SECRET)}
        redirected = settings.model_copy(
            update={
                **server.addresses,
                **(credentials_here if key else {}),
                "yahoo_rate": rate_of(settings),
            }
        )
        yield without_real_providers(redirected, plugins, server.url)


def without_real_providers(settings: Settings, plugins: Plugins, url: str) -> Settings:
    """Returns the settings without the query sources that nobody has redirected.

    Made-up stocks are nothing to ask a real provider about. `url` is the sandbox's address. Raises
    `UsageError` for an unknown source.
    """
    chosen = select_sources(settings, plugins)
    real = {name for name, source in chosen.items() if _is_real(source, settings, url)}
    if not real:
        return settings
    for name in sorted(real):
        log.warning("sandbox: %s is not asked: its plugin has no made-up answers", name)
    kept = tuple(name for name in chosen if name not in real)
    return settings.model_copy(update={"sources": kept, "opt_in": ()})


def _is_real(source: Source, settings: Settings, url: str) -> bool:
    if not isinstance(source, QuerySource):
        return False
    try:
        site = source.site(settings)
    except ProviderError:
        return True
    return not site.base and not all(str(one).startswith(url) for one in site.addresses)

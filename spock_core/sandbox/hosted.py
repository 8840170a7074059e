"""A run on a sandbox of its own: the settings that send it there, for as long as it lasts."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from spock_core.choose import choose_markets
from spock_core.errors import UsageError
from spock_core.plugins import Plugins
from spock_core.sandbox.server import serve
from spock_core.sandbox.universe import make_universe
from spock_core.secrets import hide_password
from spock_core.settings import Settings

RATE = 100.0
"""Nobody minds requests to one's own sandbox; a rate that was asked for is kept all the same."""

log = logging.getLogger(__name__)


@contextlib.contextmanager
def hosted(settings: Settings, plugins: Plugins) -> Iterator[Settings]:
    """The settings, sent to a sandbox that is served meanwhile."""
    log.info(
        "sandbox: every stock in this run is made up; look at the result in %s",
        hide_password(settings.database),
    )
    universe = make_universe(plugins, settings.sandbox_size, settings.sandbox_seed)
    settings = _without_strangers(settings, plugins, {region for region, _ in universe.lists})
    rate = settings.yahoo_rate if "yahoo_rate" in settings.model_fields_set else RATE
    with serve(universe, plugins.markets) as server:
        there = {"kis_master_url": server.kis_master_url, "yahoo_url": server.url}
        yield settings.model_copy(update={**there, "yahoo_rate": rate})


def _without_strangers(settings: Settings, plugins: Plugins, made_up: set[str]) -> Settings:
    """The settings without the markets that need KIS lists and do not say how to make them up."""
    chosen = choose_markets(settings, plugins)
    strangers = [
        market.region
        for market in chosen
        if market.region not in made_up and any(one.kis_code for one in market.exchanges)
    ]
    if not strangers:
        return settings
    names = ", ".join(strangers)
    log.warning("the sandbox leaves out %s: no recipe (hook spock_sandbox_recipe)", names)
    left = tuple(market.region for market in chosen if market.region not in strangers)
    if not left:
        raise UsageError(f"the sandbox has nothing to offer for {names}: no recipe")
    return settings.model_copy(update={"regions": left})

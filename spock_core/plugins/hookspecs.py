"""Every hook, on one page.

A plugin is a module (or object) named by an entry point in the group `spock.plugins`. It
implements any of these functions under `@spock_core.hookimpl`. It may say for which version of
this page it was written: `SPOCK_HOOKS = 2`.

Each plugin is called alone, so that none can stop another. Some of pluggy's terms therefore mean
something else here than in a pluggy call over all plugins:

* Order: third parties come before core's own plugins, whatever the marks say. Among third parties,
  `tryfirst=True` comes before unmarked and unmarked before `trylast=True`. Plugins are registered
  in the alphabetical order of their entry points' names. Among equals the one registered last comes
  first, but among those with `trylast=True` the one registered first.
* `firstresult=True`: plugins are asked in this order until one gives an answer that can be used.
  None is no answer. A plugin that raises or gives something else than the hook's type is reported
  as faulty, and the next one is asked. pluggy would raise, or take any answer but None.
* All other hooks call every plugin, whatever the others do.
* Wrappers (`wrapper=True`, `hookwrapper=True`) wrap the implementations of their own plugin and
  never see another plugin's answer. If their plugin has no implementation, they see None from a
  hook with `firstresult=True`, and an empty list from any other. What a wrapper returns is its
  plugin's answer. A plugin with a wrapper comes before plugins without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from spock_core.domain import Listing, ListState, Market, VenueList, events, results
    from spock_core.domain.source import Source
    from spock_core.plugins.command import Command
    from spock_core.plugins.context import RunContext
    from spock_core.plugins.recipe import Recipe

PROJECT = "spock"
HOOK_VERSION = 2
"""Version of this page. It rises when there is something new here that a plugin may rely on."""
OLDEST_HOOK_VERSION = 1
"""Plugins made for this version, and for all since, still fit. It rises when they no longer do."""
CHANGES = MappingProxyType(
    {
        1: "the first",
        2: "Market.listed_by and Exchange.list_address; Listing.yahoo_symbol is kept as stated; "
        "Market.yahoo_symbol sees Listing.security_type; Market.is_counter; a REIT is a stock; "
        "IssuerKind",
    }
)
"""What each version brought."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def spock_markets() -> Iterable[Market]:  # type: ignore[empty-body]
    """The markets this plugin brings, one for each region it owns."""


@hookspec(firstresult=True)
def spock_listings(
    market: Market, states: Mapping[str, ListState], run: RunContext
) -> Iterable[VenueList] | None:
    """The lists of a market's exchanges, one `VenueList` for each exchange.

    An exchange without one counts as a list that cannot be had: nothing is gone from the region
    then. `states` says by list name how each list's server named the version that was last applied;
    only a list that is named there can be `unchanged`.
    Answer None for a market that is not yours: not of your region, and not `listed_by` your
    listing source. The first answer counts. Where nobody else answers, core does for markets
    listed by `kis`, `yahoo` and `csv`.
    """


@hookspec(firstresult=True)
def spock_yahoo_symbol(market: Market, listing: Listing) -> str | None:
    """The Yahoo symbol of one listing, where the market's own rule is wrong; None keeps the rule.

    For corrections from outside the market: the market itself states its rule in `Market`. The
    listing's `security_type` is set.
    """


@hookspec
def spock_sources() -> Iterable[Source]:  # type: ignore[empty-body]
    """Sources that know something about listings."""


@hookspec(firstresult=True)
def spock_executor(workers: int, run: RunContext) -> Executor | None:
    """Where `--parallel` asks its questions: on threads, unless somebody answers with an executor.

    Any `concurrent.futures.Executor` will do, a process pool or a cluster's: what it is given are
    plain functions of `spock_core` with plain arguments. It must run at most `workers` of them at
    once, each in a process of its own or all in this one: a worker elsewhere gets a share of the
    request budget. Spock shuts it down when all questions are asked.
    """


@hookspec
def spock_run_started(event: events.RunStarted) -> None:
    """A run begins."""


@hookspec
def spock_run_finished(result: results.RunResult) -> None:
    """A run ended, well or not, or was stopped; its result is stored."""


@hookspec
def spock_region_started(event: events.RegionStarted) -> None:
    """A region begins."""


@hookspec
def spock_region_listed(region: str, total: int, changes: events.ListingChanges) -> None:
    """A region's lists are read and stored; `total` stocks will now be classified."""


@hookspec
def spock_stocks_classified(event: events.StocksClassified) -> None:
    """A batch of stocks was classified and stored."""


@hookspec
def spock_region_finished(result: results.RegionResult) -> None:
    """A region ended, well or not."""


@hookspec
def spock_request_made(event: events.RequestMade) -> None:
    """One HTTP request was made on the wire."""


@hookspec
def spock_retry(event: events.Retry) -> None:
    """A question is about to be asked again, after a wait."""


@hookspec
def spock_cli_commands() -> Iterable[Command]:  # type: ignore[empty-body]
    """Commands to add to `spock`."""


@hookspec(firstresult=True)
def spock_sandbox_recipe(market: Market) -> Recipe | None:
    """How to make up the market's lists for the sandbox; None for a market that is not yours."""

"""Every hook, on one page.

A plugin is a module (or object) named by an entry point in the group `spock.plugins`. It
implements any of these functions under `@spock_core.hookimpl`. It may say for which version of
this page it was written: `SPOCK_HOOKS = 3`.

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
    from spock_core.plugins.service import MadeUpService
    from spock_core.settings.setting import Setting

PROJECT = "spock"
HOOK_VERSION = 3
"""Version of the hooks. It is raised when something is added on which a plugin may rely."""
OLDEST_HOOK_VERSION = 1
"""The oldest version whose plugins still work."""
CHANGES = MappingProxyType(
    {
        1: "the first",
        2: "Market.listed_by and Exchange.list_address; Listing.yahoo_symbol is kept as stated; "
        "Market.yahoo_symbol sees Listing.security_type; Market.is_counter; a REIT is a stock; "
        "IssuerKind",
        3: "TableSource, StockQuerySource and GroupQuerySource; spock_sandbox_tables; "
        "spock_sandbox_services; spock_settings; Claim.industries, Claim.security_type and "
        "Claim.par_value",
    }
)
"""What each version added."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def spock_markets() -> Iterable[Market]:  # type: ignore[empty-body]
    """Returns the markets of this plugin, one for each of its regions."""


@hookspec(firstresult=True)
def spock_listings(
    market: Market, states: Mapping[str, ListState], run: RunContext
) -> Iterable[VenueList] | None:
    """Returns the lists of a market's exchanges, one `VenueList` for each exchange.

    An exchange without a list counts as a list that is unavailable: the region fails, and none of
    its listings is marked as gone. `states` has, by list name, the server's version of each list
    that was applied last; only a list that is in there can be `unchanged`.

    Return None for a market that is neither of your region nor `listed_by` your listing source. If
    no other plugin answers, core does for markets listed by `kis`, `yahoo` and `csv`.
    """


@hookspec(firstresult=True)
def spock_yahoo_symbol(market: Market, listing: Listing) -> str | None:
    """Returns the Yahoo symbol of a listing, or None if the market's own rule is right.

    For corrections of another plugin's market; a market has its own rule in `Market`. The
    listing's `security_type` is set.
    """


@hookspec
def spock_sources() -> Iterable[Source]:  # type: ignore[empty-body]
    """Returns sources: objects that have observations of listings."""


@hookspec
def spock_settings() -> Iterable[Setting]:  # type: ignore[empty-body]
    """Returns the settings of this plugin: flags, variables, keys and arguments like core's."""


@hookspec(firstresult=True)
def spock_executor(workers: int, run: RunContext) -> Executor | None:
    """Returns the executor on which `--parallel` fetches; threads are used if none is returned.

    It may be any `concurrent.futures.Executor`, also a process pool or that of a cluster: tasks are
    functions of `spock_core` with arguments that can be pickled. It must run at most `workers`
    tasks at once, either all in this process or each in a process of its own; all keep to one
    request rate, which is in the register. The hook is called before any work, once a run; the
    executor gets no task if there is nothing to fetch, and is shut down after the last one. Raise
    `spock_core.UsageError` where the settings ask for an executor that cannot be had: the run then
    ends with this error before any work. Any other error is reported, and threads are used.
    """


@hookspec
def spock_run_started(event: events.RunStarted) -> None:
    """Called when a run begins."""


@hookspec
def spock_run_finished(result: results.RunResult) -> None:
    """Called when a run has ended, in success or not, and its result is stored."""


@hookspec
def spock_region_started(event: events.RegionStarted) -> None:
    """Called before a region's lists are read."""


@hookspec
def spock_region_listed(region: str, total: int, changes: events.ListingChanges) -> None:
    """Called when a region's lists are stored and its `total` stocks are about to be classified."""


@hookspec
def spock_stocks_classified(event: events.StocksClassified) -> None:
    """Called when a batch of stocks has been classified and stored."""


@hookspec
def spock_region_finished(result: results.RegionResult) -> None:
    """Called when a region has ended, in success or not."""


@hookspec
def spock_planned(planned: results.Planned) -> None:
    """Called when the lists are read and the requests of all query sources are planned."""


@hookspec
def spock_request_made(event: events.RequestMade) -> None:
    """Called after each HTTP request."""


@hookspec
def spock_retry(event: events.Retry) -> None:
    """Called before the wait that precedes another attempt."""


@hookspec
def spock_cli_commands() -> Iterable[Command]:  # type: ignore[empty-body]
    """Returns commands to add to `spock`."""


@hookspec(firstresult=True)
def spock_sandbox_recipe(market: Market) -> Recipe | None:
    """Returns how the sandbox makes up a market's lists, or None if the market is not yours."""


@hookspec
def spock_sandbox_tables(  # type: ignore[empty-body]
    market: Market, businesses: Mapping[Listing, str]
) -> Mapping[str, bytes]:
    """Returns the files of your table sources for a made-up market, by their documented names.

    `businesses` has the made-up listings of the market, each with the GICS code of its issuer's
    actual business, which is empty for an index or a fund. Return an empty mapping for a market of
    which your sources know nothing.
    """


@hookspec
def spock_sandbox_services(  # type: ignore[empty-body]
    businesses: Mapping[Listing, str],
) -> Iterable[MadeUpService]:
    """Returns the providers of your query sources for the sandbox, each with its answers.

    `businesses` has the made-up listings of all markets, as in `spock_sandbox_tables`; a provider
    knows nothing of others. Query sources without one are not asked with `--sandbox`.
    """

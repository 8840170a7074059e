"""Which hook observers implement for each event, and what it is called with."""

from __future__ import annotations

from typing import Any, TypeAlias

from spock_core.domain.events import (
    RegionListed,
    RegionStarted,
    RequestMade,
    Retry,
    RunStarted,
    StocksClassified,
)
from spock_core.domain.results import Planned, RegionResult, RunResult

Event: TypeAlias = (
    RunStarted
    | RegionStarted
    | RegionListed
    | Planned
    | StocksClassified
    | RequestMade
    | Retry
    | RegionResult
    | RunResult
)
"""All that observers are notified of."""


_HOOKS: dict[type[Event], tuple[str, str]] = {
    RunStarted: ("spock_run_started", "event"),
    RegionStarted: ("spock_region_started", "event"),
    Planned: ("spock_planned", "planned"),
    StocksClassified: ("spock_stocks_classified", "event"),
    RequestMade: ("spock_request_made", "event"),
    Retry: ("spock_retry", "event"),
    RegionResult: ("spock_region_finished", "result"),
    RunResult: ("spock_run_finished", "result"),
}
"""Hook and name of its argument, by the type of the event."""


def hook_call(event: Event) -> tuple[str, dict[str, Any]]:
    """Returns the name of an event's hook and the hook's arguments."""
    if isinstance(event, RegionListed):
        values = {"region": event.region, "total": event.total, "changes": event.changes}
        return "spock_region_listed", values
    hook, argument = _HOOKS[type(event)]
    return hook, {argument: event}

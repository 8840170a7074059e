"""Which plugins have made a run slow."""

from __future__ import annotations

import logging

from spock_core.domain.results import SlowPlugin
from spock_core.plugins.calls import Calls

SLOW_S = 10.0
"""Seconds in all calls of one hook, or of one method of a source, from which on it is named."""
SLOW_SHARE = 0.2
"""The share of the run's time from which on it is named, if that is `LEAST_S` at least."""
LEAST_S = 1.0

log = logging.getLogger(__name__)


def slow_plugins(calls: Calls, duration_s: float) -> tuple[SlowPlugin, ...]:
    """Returns what took long in a run of `duration_s` seconds, slowest first, and logs it."""
    least = min(SLOW_S, max(SLOW_SHARE * duration_s, LEAST_S))
    found = [
        SlowPlugin(plugin, where, count, round(seconds, 3))
        for (plugin, where), (count, seconds) in calls.taken().items()
        if seconds >= least
    ]
    found.sort(key=lambda one: (-one.seconds, one.plugin, one.where))
    for one in found:
        log.warning("slow: %s", one)
    return tuple(found)

"""Between listing and classifying: brings the stored overrides to what the user's file says."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection

from spock_core.domain import Observation
from spock_core.domain.source import OVERRIDE
from spock_core.plugins.context import RunContext
from spock_core.sources.override.file import Overrides
from spock_core.store.connection.database import Database
from spock_core.store.overrides import replace_overrides

log = logging.getLogger(__name__)

MOST_NAMED = 20
"""Rows about stocks that are not there, of which the log names each; of more it tells how many."""


def apply_overrides(
    overrides: Overrides, regions: Collection[str], database: Database, run: RunContext
) -> None:
    """Stores what the file says of these regions, and withdraws what it says no more.

    Rows of regions that are not in this run are left alone, in the file and in the register.
    """
    wanted = [
        Observation(*key, OVERRIDE, one.words, run.now)
        for key, one in overrides.by_stock.items()
        if key.region in regions
    ]
    with database.write() as connection:
        missing, outdated = replace_overrides(connection, OVERRIDE, regions, wanted)
    for key in missing[:MOST_NAMED]:
        line = overrides.by_stock[key].line
        log.warning("%s %s: the register has no stock %s", overrides.name, line, ":".join(key))
    if len(missing) > MOST_NAMED:
        log.warning("%s: %d such stocks in all", overrides.name, len(missing))
    for key in outdated:
        log.warning(
            "%s %s: %s passed to another instrument since and the row is left alone; if it holds "
            "for the new one too, change its reason",
            overrides.name,
            overrides.by_stock[key].line,
            ":".join(key),
        )
    strange = Counter(key.region for key in overrides.by_stock)
    for region, rows in sorted(strange.items()):
        if region not in run.plugins.markets:
            log.warning(
                "%s: no market of region %s is installed; stocks left alone: %d",
                overrides.name,
                region,
                rows,
            )

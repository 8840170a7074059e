"""Step 2: reads what the register lacks, and has `plan` choose the questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from spock_core.domain import Market
from spock_core.domain.source import PROFILE, SCREENER, Source
from spock_core.domain.stock import KnownStock, PendingStock, UnreadableScreen
from spock_core.pipeline.fetch.plan import Plan, cheapest_plan
from spock_core.pipeline.observations import stale_before
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.fetching import pending as store
from spock_core.store.fetching import screens
from spock_core.store.fetching.unreadable_screens import read_unreadable

STILL_HOLDS = timedelta(hours=20)
"""How long the next run goes on with the screens of one that did not come to its end."""
MOST_DOUBTFUL = 250
"""Stocks whose key may have passed to another instrument that are asked one by one in a run,
outside of the profile budget: a night has one or two, and a first run after years a few dozen."""


def plan_queries(
    markets: Sequence[Market],
    sources: Mapping[str, Source],
    database: Database | None,
    run: RunContext,
    expected: Sequence[PendingStock] = (),
) -> Plan:
    """The cheapest questions to Yahoo for what the register lacks; none without its sources.

    `database`: None for a register that does not exist yet; `expected`: what lists will bring.
    """
    if SCREENER not in sources and PROFILE not in sources:
        return Plan()
    regions = [market.region for market in markets]
    venues = {
        (exchange.mic, exchange.kis_code): exchange.yahoo_codes
        for market in markets
        for exchange in market.exchanges
    }
    midnight = run.now.replace(hour=0, minute=0, second=0, microsecond=0)
    needs, known, asked, begun = list(expected), list[KnownStock](), 0, None
    unreadable: list[UnreadableScreen] = []
    if database is not None:
        with database.read() as connection:
            needs += store.read_pending(
                connection, regions, stale_before(run), run.now, screener=SCREENER, profile=PROFILE
            )
            if not needs:
                return Plan()
            known = store.read_known(connection, regions, screener=SCREENER, profile=PROFILE)
            asked = store.count_asked(connection, PROFILE, midnight)
            begun = screens.read_unfinished(connection, run.now - STILL_HOLDS)
            if not run.settings.force_refresh:
                unreadable = read_unreadable(connection)
    ours = {code for codes in venues.values() for code in codes}
    if begun is not None and not begun.exchanges <= ours:
        begun = None  # another choice of regions: what its screens have is not all read here
    from spock_core.sources.yahoo.client import industries

    budget = max(run.settings.profile_budget - asked, 0) if PROFILE in sources else 0
    words = {one.industry for one in known if one.by_screen and one.industry}
    return cheapest_plan(
        needs,
        sorted({*industries(), *words}),
        Counter((one.exchange, one.industry) for one in known),
        lambda mic, kis: venues.get((mic, kis), ()),
        profiles=budget,
        doubtful=MOST_DOUBTFUL if PROFILE in sources else 0,
        screener=SCREENER in sources,
        begun=None if run.settings.force_refresh else begun,
        known=known,
        again=[one for one in unreadable if not one.rests(run.now)],
        resting=[one for one in unreadable if one.rests(run.now)],
    )

"""Step 2: reads what the register lacks, and has `plan` choose the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from spock_core.claims import stale_before
from spock_core.context import RunContext
from spock_core.domain import Market
from spock_core.plan import Plan, choose
from spock_core.sources.source import Source
from spock_core.sources.yahoo import PROFILE, SCREENER
from spock_core.store import needs as store
from spock_core.store import screens
from spock_core.store.database import Database

STILL_HOLDS = timedelta(hours=20)
"""How long the next run goes on with the screens of one that did not come to its end."""


def make_plan(
    markets: Sequence[Market], sources: Mapping[str, Source], database: Database, run: RunContext
) -> Plan:
    """The cheapest questions to Yahoo for what the register lacks; none without its sources."""
    if SCREENER not in sources and PROFILE not in sources:
        return Plan()
    regions = [market.region for market in markets]
    venues = {
        (exchange.mic, exchange.kis_code): exchange.yahoo_codes
        for market in markets
        for exchange in market.exchanges
    }
    midnight = run.now.replace(hour=0, minute=0, second=0, microsecond=0)
    with database.read() as connection:
        needs = store.read_needs(
            connection, regions, stale_before(run), run.now, screener=SCREENER, profile=PROFILE
        )
        if not needs:
            return Plan()
        counts = store.count_industries(connection, regions, (SCREENER, PROFILE))
        asked = store.count_asked(connection, PROFILE, midnight)
        begun = screens.read_begun(connection, run.now - STILL_HOLDS)
    ours = {code for codes in venues.values() for code in codes}
    if begun is not None and not begun.exchanges <= ours:
        begun = None  # another choice of regions: what its screens have is not all read here
    from spock_core.providers.yahoo import industries

    budget = max(run.settings.profile_budget - asked, 0) if PROFILE in sources else 0
    return choose(
        needs,
        sorted(industries()),
        counts,
        lambda mic, kis: venues.get((mic, kis), ()),
        profiles=budget,
        screener=SCREENER in sources,
        begun=None if run.settings.force_refresh else begun,
    )

"""Between tables and planning: decides what each security is, by its list and by registers.

What a table says is an observation, so this can be done again at any time: the result depends on
the listings, the stored observations and the installed sources, not on who spoke last.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from functools import partial

from spock_core.classification.kinds import decide_kind, stated_kinds, telling_kinds
from spock_core.domain import Market
from spock_core.plugins.code_identity import code_identity
from spock_core.plugins.context import RunContext
from spock_core.plugins.contributions import sources_of
from spock_core.store import kinds as store
from spock_core.store.connection.database import Database

log = logging.getLogger(__name__)


def decide_kinds(
    markets: Sequence[Market], database: Database, run: RunContext, run_id: int
) -> None:
    """Brings the kinds of these regions to what their lists and the installed sources state.

    A region is left alone as long as neither its lists and tables nor the code have changed.
    """
    code = run.shared("code identity", partial(code_identity, run.plugins))
    sources = sources_of(run.plugins)
    for market in markets:
        region = market.region
        with database.read() as connection:
            if code is not None and store.read_decided(connection, region) == code:
                continue
            telling = telling_kinds(sources, region)
            known, said = store.read_kinds(connection, region, telling)
        changed, by_source = [], Counter[str | None]()
        for one in known:
            claims = stated_kinds(said.get(one.listing.ticker, {}).values(), market, telling)
            found = decide_kind(one.listing, claims)
            if found[:2] != (one.asset_type, one.security_type):
                changed.append(store.StoredKind(one.listing, *found[:2]))
                by_source[found.source] += 1
        with database.write() as connection:
            store.write_kinds(connection, changed, run_id, run.now)
            if code is not None:
                store.write_decided(connection, region, code)
        for source, count in sorted(by_source.items(), key=str):
            log.info("%s: kinds that are now as %s says: %d", region, source or "the list", count)

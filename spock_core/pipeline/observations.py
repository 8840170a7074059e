"""What the sources say of stocks, and what their words mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain

from spock_core.classification.claims import last_words, read_claim
from spock_core.domain import Claim, Market, Observation
from spock_core.domain.source import WITHDRAWN, Source
from spock_core.domain.stock import Stock
from spock_core.plugins.context import RunContext
from spock_core.plugins.contributions import sources_of


class Observations:
    """Asks the sources that cost no request, and turns observations into claims."""

    def __init__(
        self, markets: Mapping[str, Market], asked: Mapping[str, Source], run: RunContext
    ) -> None:
        self._markets = markets
        self._asked = asked
        self._installed = sources_of(run.plugins)
        self._run = run

    def counts_as(self, source: str) -> str:
        """The name under which reports count what a source enriched."""
        return self._installed[source].counts_as

    def learn(
        self, region: str, batch: Sequence[Stock], told: Iterable[Observation] = ()
    ) -> dict[str, dict[str, Observation]]:
        """What they say that is new, or confirms what had grown old: by ticker and source.

        `told`: what is known to be said of these stocks without asking.
        """
        known = {stock.listing.ticker: stock.observations for stock in batch}
        listings = [stock.listing for stock in batch]
        limit = stale_before(self._run)
        learned: dict[str, dict[str, Observation]] = {}
        market, now = self._markets[region], self._run.now
        heard = (source.observe(market, listings, now) for source in self._asked.values())
        for seen in chain(told, *heard):
            if seen.ticker not in known:
                continue
            before = known[seen.ticker].get(seen.source)
            fresh = before is not None and limit is not None and before.observed_at >= limit
            if fresh and before is not None and before.words == seen.words:
                continue
            takes_back = seen.source in WITHDRAWN
            if before is not None and not takes_back and self._means_less(seen, before):
                continue
            learned.setdefault(seen.ticker, {})[seen.source] = seen
        return learned

    def _means_less(self, seen: Observation, before: Observation) -> bool:
        """Whether words that mean nothing would take the place of words that mean something."""
        return self._claim(seen) is None and self._claim(before) is not None

    def of(self, said: Mapping[str, Observation]) -> list[Claim]:
        """What the observations mean. Where one provider spoke twice, its last word counts."""
        last = last_words(said, self._installed)
        claims = [self._claim(observation) for observation in last]
        return [claim for claim in claims if claim is not None]

    def _claim(self, observation: Observation) -> Claim | None:
        return read_claim(observation, self._markets[observation.region], self._installed)


def stale_before(run: RunContext) -> datetime | None:
    """What was confirmed before this moment is asked again; None: everything is."""
    if run.settings.force_refresh:
        return None
    return run.now - timedelta(days=run.settings.max_age_days)

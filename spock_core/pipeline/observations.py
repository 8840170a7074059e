"""What sources say of stocks, and what their words mean."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple

from spock_core.classification.claims import latest_observations, read_claim, says_less
from spock_core.domain import Claim, Market, Observation
from spock_core.domain.source import OVERRIDE, WITHDRAWN, Source
from spock_core.domain.stock import Stock, StockKey
from spock_core.plugins.context import RunContext
from spock_core.plugins.contributions import sources_of


class Understood(NamedTuple):
    """What the observations of one stock mean."""

    claims: list[Claim]
    """Of one provider the last observation counts."""
    holds: bool
    """Whether an observation that says a sector is not too old."""


class Observations:
    """Asks the sources that cost no request, and turns observations into claims."""

    def __init__(
        self, markets: Mapping[str, Market], asked: Mapping[str, Source], run: RunContext
    ) -> None:
        self._markets = markets
        self._asked = asked
        self._installed = sources_of(run.plugins)
        self._now = run.now
        self._stale_before = stale_before(run)

    def learn(
        self,
        region: str,
        batch: Sequence[Stock],
        inherited: Iterable[Observation] = (),
        unconfirmed: Container[StockKey] = (),
    ) -> dict[str, dict[str, Observation]]:
        """What sources say that is new, or confirms what had grown old: by ticker and source.

        `inherited`: observations of these stocks that no source needs to be asked for.
        `unconfirmed`: stocks of which nothing was heard in this run: what is said of them again
        in the same words confirms nothing.
        """
        known = {stock.listing.ticker: stock.observations for stock in batch}
        listings = [stock.listing for stock in batch]
        learned: dict[str, dict[str, Observation]] = {}
        market, now = self._markets[region], self._now
        observed = (source.observe(market, listings, now) for source in self._asked.values())
        for observation in chain(inherited, *observed):
            if observation.ticker not in known:
                continue
            before = known[observation.ticker].get(observation.source)
            if before is not None:
                key = StockKey(region, observation.ticker)
                settled = key in unconfirmed or self._is_fresh(before)
                if settled and before.words == observation.words:
                    continue
                if observation.source not in WITHDRAWN and self._means_less(observation, before):
                    continue
            of_stock = learned.setdefault(observation.ticker, {})
            of_stock[observation.source] = confirmed(observation, before)
        return learned

    def understand(self, known: Mapping[str, Observation]) -> Understood:
        """What the observations of a stock mean. `known`: by source."""
        meanings = {source: self._claim(one) for source, one in known.items()}
        latest = (meanings[one.source] for one in latest_observations(known, self._installed))
        return Understood(
            claims=[claim for claim in latest if claim is not None],
            holds=any(
                claim is not None and claim.gics_code != "" and self._holds(known[source])
                for source, claim in meanings.items()
            ),
        )

    def _holds(self, observation: Observation) -> bool:
        """Whether it is not too old. An override holds as long as it is stored."""
        return observation.source == OVERRIDE or self._is_fresh(observation)

    def _is_fresh(self, observation: Observation) -> bool:
        return observation.observed_at >= (self._stale_before or self._now)

    def _means_less(self, observation: Observation, before: Observation) -> bool:
        """Whether words that mean nothing would take the place of words that mean something."""
        return self._claim(observation) is None and self._claim(before) is not None

    def _claim(self, observation: Observation) -> Claim | None:
        return read_claim(observation, self._markets[observation.region], self._installed)


def confirmed(later: Observation, before: Observation | None) -> Observation:
    """Returns the later observation of a source, with the words of the one before if it says less.

    So an answer without an industry confirms the sector, and takes no industry away. Only the
    user and the issuer can take back what they said.
    """
    if before is None or later.source in WITHDRAWN or not says_less(later, before):
        return later
    return later._replace(words=before.words)


def stale_before(run: RunContext) -> datetime | None:
    """What was confirmed before this moment is asked again; None: everything is."""
    if run.settings.force_refresh:
        return None
    return run.now - timedelta(days=run.settings.max_age_days)

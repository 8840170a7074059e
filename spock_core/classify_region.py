"""Steps 4 and 5 of a region: classify what is known of its stocks, and store, batch by batch."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from spock_core.classify import classify
from spock_core.context import RunContext
from spock_core.domain import Claim, Classification, Listing, Market, Observation
from spock_core.events import StocksClassified
from spock_core.gics import is_gics_code
from spock_core.need import Key
from spock_core.sources.source import Source
from spock_core.store import stocks
from spock_core.store.database import Database

BATCH = 2_000
"""Stocks in one transaction."""


log = logging.getLogger(__name__)


@dataclass
class Tally:
    """Stocks of a region by what became of them."""

    enriched: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    by_source: Counter[str] = field(default_factory=Counter)


def classify_region(
    market: Market,
    sources: Mapping[str, Source],
    database: Database,
    run: RunContext,
    failed: Set[Key] = frozenset(),
    refused: Set[str] = frozenset(),
) -> Tally:
    """Classifies every active stock of a market and stores what differs or had grown old.

    `sources` are asked; what any installed source has said before counts all the same.
    `failed`: stocks that a provider could not be asked about; `refused`: names of lists that could
    not be had or trusted. What is known of their stocks is classified all the same; they count as
    failed where nothing new was learned.
    """
    tally = Tally()
    work = _Work(market, sources, run.plugins.sources(), database, run, failed, refused)
    after = ""
    while True:
        with database.read() as connection:
            batch = stocks.read_stocks(connection, market.region, after, BATCH)
        if not batch:
            return tally
        after = batch[-1].listing.ticker
        _do_batch(batch, work, tally)


def stale_before(run: RunContext) -> datetime | None:
    """What was confirmed before this moment is asked again; None: everything is."""
    if run.settings.force_refresh:
        return None
    return run.now - timedelta(days=run.settings.max_age_days)


class _Work(NamedTuple):
    """What a batch needs to know of the region's work."""

    market: Market
    asked: Mapping[str, Source]
    installed: Mapping[str, Source]
    database: Database
    run: RunContext
    failed: Set[Key]
    refused: Set[str]

    def has_failed(self, stock: stocks.Stock) -> bool:
        """Whether the stock could not be asked about, or its list not be read."""
        listing = stock.listing
        key = Key(listing.region, listing.ticker)
        return key in self.failed or (listing.kis_exchange or listing.exchange) in self.refused


def _do_batch(batch: list[stocks.Stock], work: _Work, tally: Tally) -> None:
    run = work.run
    learned = _learn(batch, work)
    limit = stale_before(run)
    conclusions: list[stocks.Conclusion] = []
    enriched: Counter[str] = Counter()
    for stock in batch:
        said = {**stock.observations, **learned.get(stock.listing.ticker, {})}
        found = classify(stock.listing, work.market, _claims(said, work))
        conclusion = _conclude(stock, found, limit, run.now)
        if found.sector is not None and conclusion is not None:
            enriched[work.installed[str(found.sector_source)].counts_as] += 1
        elif work.has_failed(stock):
            tally.failed += 1
        elif found.sector is None and _has_no_sector(stock):
            tally.unknown += 1
        else:
            tally.skipped += 1
        if conclusion is not None:
            conclusions.append(conclusion)
    _store(batch, learned, conclusions, work.database, run.now)
    tally.enriched += enriched.total()
    tally.by_source += enriched
    event = StocksClassified(work.market.region, len(batch), enriched.total(), dict(enriched))
    run.plugins.notify("spock_stocks_classified", event=event)


def _learn(batch: list[stocks.Stock], work: _Work) -> dict[str, dict[str, Observation]]:
    """What the sources say that is new, or confirms what had grown old: by ticker and source."""
    known = {stock.listing.ticker: stock.observations for stock in batch}
    listings = [stock.listing for stock in batch]
    limit = stale_before(work.run)
    learned: dict[str, dict[str, Observation]] = {}
    for name, source in work.asked.items():
        for seen in _observed(source, listings, work):
            if seen.ticker not in known:
                continue
            before = known[seen.ticker].get(name)
            fresh = before is not None and limit is not None and before.observed_at >= limit
            if fresh and before is not None and before.words == seen.words:
                continue
            if before is not None and _means_less(seen, before, work):
                continue
            learned.setdefault(seen.ticker, {})[name] = seen
    return learned


def _observed(source: Source, listings: list[Listing], work: _Work) -> list[Observation]:
    """What a source says of a batch; a source that fails says nothing and stops nobody."""
    try:
        return list(source.observe(work.market, listings, work.run.now))
    except Exception as error:
        log.warning("source %s failed: %s: %s", source.name, type(error).__name__, error)
        log.debug("where source %s failed", source.name, exc_info=True)
        return []


def _means_less(seen: Observation, before: Observation, work: _Work) -> bool:
    """Whether words that mean nothing would take the place of words that mean something."""
    return _claim(seen, work) is None and _claim(before, work) is not None


def _claims(said: Mapping[str, Observation], work: _Work) -> list[Claim]:
    """What the observations mean. Where one provider spoke twice, its last word counts."""
    last: dict[str, Observation] = {}
    for name, observation in said.items():
        if name in work.installed:
            provider = work.installed[name].counts_as
            before = last.get(provider)
            if before is None or _later(observation, before):
                last[provider] = observation
    claims = [_claim(observation, work) for observation in last.values()]
    return [claim for claim in claims if claim is not None]


def _claim(observation: Observation, work: _Work) -> Claim | None:
    """What an observation means; nothing where its source cannot tell."""
    source = work.installed[observation.source]
    try:
        claim = source.claim(observation, work.market)
    except Exception as error:
        log.warning("source %s failed: %s: %s", source.name, type(error).__name__, error)
        return None
    return claim if claim is not None and is_gics_code(claim.gics_code) else None


def _later(one: Observation, other: Observation) -> bool:
    return (one.observed_at, one.source) > (other.observed_at, other.source)


def _conclude(
    stock: stocks.Stock, found: Classification, limit: datetime | None, now: datetime
) -> stocks.Conclusion | None:
    """What to write of a stock; None where the register already says it and it is not old."""
    before = stock.classification
    if before is None:
        return stocks.Conclusion(
            found, is_new=True, values_changed=True, enriched_at=now if found.sector else None
        )
    if found.sector is None and before.sector is not None:
        return None  # nothing learned is overwritten by nothing
    changed = found != before
    old = limit is None or stock.enriched_at is None or stock.enriched_at < limit
    if not changed and (found.sector is None or not old):
        return None
    return stocks.Conclusion(
        found, is_new=False, values_changed=changed, enriched_at=now if found.sector else None
    )


def _has_no_sector(stock: stocks.Stock) -> bool:
    return stock.classification is None or stock.classification.sector is None


def _store(
    batch: list[stocks.Stock],
    learned: Mapping[str, Mapping[str, Observation]],
    conclusions: list[stocks.Conclusion],
    database: Database,
    now: datetime,
) -> None:
    """One transaction; none at all where there is nothing to write."""
    changed = [seen for by_source in learned.values() for seen in by_source.values()]
    if not changed and not conclusions:
        return
    known = {
        (stock.listing.region, stock.listing.ticker, source)
        for stock in batch
        for source in stock.observations
    }
    with database.write() as connection:
        stocks.write_observations(connection, changed, known)
        stocks.write_conclusions(connection, conclusions, now)

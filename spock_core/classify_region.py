"""Steps 3 to 5 of a region: ask the sources, classify, and store, a batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from spock_core.classify import classify
from spock_core.context import RunContext
from spock_core.domain import Claim, Classification, Market, Observation
from spock_core.events import StocksClassified
from spock_core.need import Key
from spock_core.sources.source import Source
from spock_core.store import stocks
from spock_core.store.database import Database

BATCH = 2_000
"""Stocks in one transaction."""


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
) -> Tally:
    """Classifies every active stock of a market and stores what differs or had grown old.

    `failed`: stocks that a provider could not be asked about. What is known of them is classified
    all the same; they count as failed where nothing new was learned.
    """
    tally = Tally()
    after = ""
    while True:
        with database.read() as connection:
            batch = stocks.read_stocks(connection, market.region, after, BATCH)
        if not batch:
            return tally
        after = batch[-1].listing.ticker
        _do_batch(batch, market, sources, database, run, tally, failed)


def stale_before(run: RunContext) -> datetime | None:
    """What was confirmed before this moment is asked again; None: everything is."""
    if run.settings.force_refresh:
        return None
    return run.now - timedelta(days=run.settings.max_age_days)


def _do_batch(
    batch: list[stocks.Stock],
    market: Market,
    sources: Mapping[str, Source],
    database: Database,
    run: RunContext,
    tally: Tally,
    failed: Set[Key],
) -> None:
    learned = _learn(batch, market, sources, run)
    limit = stale_before(run)
    conclusions: list[stocks.Conclusion] = []
    enriched: Counter[str] = Counter()
    for stock in batch:
        said = {**stock.observations, **learned.get(stock.listing.ticker, {})}
        claims = _claims(said, sources, market)
        found = classify(stock.listing, market, claims)
        conclusion = _conclude(stock, found, limit, run.now)
        if found.sector is not None and conclusion is not None:
            enriched[sources[str(found.sector_source)].counts_as] += 1
        elif Key(stock.listing.region, stock.listing.ticker) in failed:
            tally.failed += 1
        elif found.sector is None and _has_no_sector(stock):
            tally.unknown += 1
        else:
            tally.skipped += 1
        if conclusion is not None:
            conclusions.append(conclusion)
    _store(batch, learned, conclusions, database, run.now)
    tally.enriched += enriched.total()
    tally.by_source += enriched
    event = StocksClassified(market.region, len(batch), enriched.total(), dict(enriched))
    run.plugins.notify("spock_stocks_classified", event=event)


def _learn(
    batch: list[stocks.Stock], market: Market, sources: Mapping[str, Source], run: RunContext
) -> dict[str, dict[str, Observation]]:
    """What the sources say that is new, or confirms what had grown old: by ticker and source."""
    known = {stock.listing.ticker: stock.observations for stock in batch}
    limit = stale_before(run)
    learned: dict[str, dict[str, Observation]] = {}
    for source in sources.values():
        for seen in source.observe(market, [stock.listing for stock in batch], run.now):
            before = known[seen.ticker].get(source.name)
            fresh = before and limit and before.observed_at >= limit
            if not fresh or (before and before.words != seen.words):
                learned.setdefault(seen.ticker, {})[source.name] = seen
    return learned


def _claims(
    said: Mapping[str, Observation], sources: Mapping[str, Source], market: Market
) -> list[Claim]:
    """What the observations mean. Where one provider spoke twice, its last word counts."""
    last: dict[str, Observation] = {}
    for name, observation in said.items():
        if name in sources:
            provider = sources[name].counts_as
            before = last.get(provider)
            if before is None or _later(observation, before):
                last[provider] = observation
    claims = [sources[one.source].claim(one, market) for one in last.values()]
    return [claim for claim in claims if claim is not None]


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

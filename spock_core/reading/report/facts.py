"""What a report tells of a register: plain values, read in one transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from spock_core.classification.claims import read_claim
from spock_core.domain import Claim, Market, Observation
from spock_core.domain.results import RegionCoverage
from spock_core.domain.source import WITHDRAWN, Source
from spock_core.reading.records import ChangeRecord
from spock_core.store.coverage import read_coverage
from spock_core.store.reading.selecting import select_changes
from spock_core.store.reading.statistics import Said, count_by, count_by_words
from spock_core.store.runs import StoredRun, read_runs

MOST_CHANGES = 50
_MOST_RUNS = 10
_MOST_WORDS = 15
_BANDS = 20
"""Bands of confidence between 0 and 1."""


class Band(NamedTuple):
    """The stocks whose sector has a confidence within two bounds."""

    low: float
    high: float
    stocks: int
    confidence: float
    """Their mean confidence, from 0 to 1: the share of them whose sector should be right."""


class Disagreement(NamedTuple):
    """Words of two sources that mean different sectors, and how many stocks have both."""

    one: str
    """The source and its words."""
    other: str
    one_means: str
    """The two digits of the GICS sector."""
    other_means: str
    stocks: int


@dataclass(frozen=True, slots=True)
class Facts:
    """The content of a report. Counts are of active stocks, by region first."""

    label: str
    now: datetime
    since: datetime
    made_up: bool
    """Whether the stocks are the sandbox's."""
    coverage: Sequence[RegionCoverage]
    sources: Mapping[tuple[str, str | None], int]
    security_types: Mapping[tuple[str, str], int]
    sectors: Mapping[tuple[str, str | None], int]
    """By region and the name of the sector; None for stocks without one."""
    ages: Mapping[tuple[str, int | None], int]
    """By region and days since the last confirmation."""
    bands: Sequence[Band]
    """From the lowest confidence to the highest; without those that no stock is in."""
    changed: Mapping[str, int]
    """Changes since `since` by what changed."""
    changes: Sequence[ChangeRecord]
    """The latest of them."""
    disagreements: Sequence[Disagreement]
    """Those with the most stocks first."""
    runs: Sequence[StoredRun]
    """The last runs, the latest first."""


def read_facts(
    connection: Connection,
    label: str,
    since: datetime,
    now: datetime,
    markets: Mapping[str, Market],
    sources: Mapping[str, Source],
    held: Collection[str] | None,
) -> Facts:
    """Reads what a report tells. `since` is where its changes begin; `held`: as in `read_runs`."""
    changes = [ChangeRecord(*row) for row in connection.execute(select_changes(since))]
    runs = read_runs(connection, most=_MOST_RUNS, held=held)
    confidences = count_by(connection, "sector_confidence")
    said = count_by_words(connection, without=WITHDRAWN)
    return Facts(
        label=label,
        now=now,
        since=since,
        made_up=any(run.made_up for run in runs),
        coverage=read_coverage(connection),
        sources=count_by(connection, "region", "sector_source"),
        security_types=count_by(connection, "region", "security_type"),
        sectors=count_by(connection, "region", "sector"),
        ages=count_by(connection, "region", "age_days"),
        bands=_bands({key[0]: count for key, count in confidences.items() if key[0] is not None}),
        changed=Counter(change.change for change in changes),
        changes=changes[:MOST_CHANGES],
        disagreements=_disagreements(said, markets, sources),
        runs=runs,
    )


def _bands(counts: Mapping[float, int]) -> list[Band]:
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for confidence, count in counts.items():
        found[min(int(round(confidence * _BANDS, 6)), _BANDS - 1)].append((confidence, count))
    bands = []
    for number, members in sorted(found.items()):
        stocks = sum(count for _, count in members)
        mean = sum(confidence * count for confidence, count in members) / stocks
        bands.append(Band(number / _BANDS, (number + 1) / _BANDS, stocks, mean))
    return bands


def _disagreements(
    said: Iterable[Said], markets: Mapping[str, Market], sources: Mapping[str, Source]
) -> list[Disagreement]:
    """Returns the words of two sources that mean different sectors, over all regions."""
    meanings: dict[tuple[str, str, str], Claim | None] = {}

    def meaning(region: str, source: str, words: Mapping[str, str]) -> Claim | None:
        key = (region, source, repr(sorted(words.items())))
        if key not in meanings:
            observation = Observation(region, "", source, words, _NO_MOMENT)
            meanings[key] = read_claim(observation, markets[region], sources)
        return meanings[key]

    found: Counter[tuple[str, str, str, str]] = Counter()
    for item in said:
        if item.region not in markets:
            continue
        one = meaning(item.region, item.one, item.one_words)
        other = meaning(item.region, item.other, item.other_words)
        if one and other and one.gics_code and other.gics_code:
            sectors = one.gics_code[:2], other.gics_code[:2]
            if sectors[0] != sectors[1]:
                words = (f"{item.one} {one.words}", f"{item.other} {other.words}")
                found[(*words, *sectors)] += item.stocks
    ranked = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))
    return [Disagreement(*key, stocks) for key, stocks in ranked[:_MOST_WORDS]]


_NO_MOMENT = datetime.min.replace(tzinfo=UTC)
"""When words were said does not matter for what they mean."""

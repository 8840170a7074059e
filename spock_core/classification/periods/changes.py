"""Decides which keys of a region begin a new listing period. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from spock_core.classification.periods.identity import Identity, Verdict, identify
from spock_core.domain import Market
from spock_core.domain.listing import ChangedListing, KeyChange, PeriodChanges

_ORDER = (Identity.SAME, Identity.DOUBTFUL, Identity.ANOTHER)
"""Which line of a key counts that is in two lists: rather the one that changes less."""


def period_changes(changed: Iterable[ChangedListing], market: Market) -> PeriodChanges:
    """Returns what follows from the changed lines of a region's lists.

    Raises what the market's rule `is_spac` raises.
    """
    by_ticker: dict[str, list[tuple[ChangedListing, Verdict]]] = {}
    for line in changed:
        by_ticker.setdefault(line.stored.ticker, []).append((line, _verdict(line, market)))
    passed, doubtful, settled, ignored = [], [], [], []
    for ticker, lines in sorted(by_ticker.items()):
        (line, verdict), *others = sorted(lines, key=_rank)
        ignored += [other for other, _ in others]
        if line.stays_listed:
            ignored.append(line)
            continue
        before, now = (one.name or one.name_local for one in (line.stored, line.listed))
        source = line.listed.data_source
        change = KeyChange(ticker, before, now, source, verdict.reason, line.list_name)
        if verdict.identity is Identity.ANOTHER:
            passed.append(change)
        elif verdict.identity is Identity.DOUBTFUL:
            doubtful.append(change)
        elif line.in_doubt:
            settled.append(ticker)
    return PeriodChanges(tuple(passed), tuple(doubtful), tuple(settled), tuple(ignored))


def _verdict(line: ChangedListing, market: Market) -> Verdict:
    was_spac = line.was_spac or bool(market.is_spac(line.stored))
    is_spac = bool(market.is_spac(line.listed))
    return identify(
        line.stored, line.listed, was_spac=was_spac, is_spac=is_spac, was_gone=line.was_gone
    )


def _rank(judged: tuple[ChangedListing, Verdict]) -> tuple[int, bool, int]:
    line, verdict = judged
    return _ORDER.index(verdict.identity), not line.in_its_list, line.line_id

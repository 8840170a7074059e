"""Measures what each source is worth: alone, and with and without it, by region.

The measure is the number of stocks with an official sector that get the right one, of all of them.
A source whose absence costs none does not earn its place there, as far as sectors go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.real_data import LabelledStock
from benchmarks.sectors import SHUFFLES, Prediction, agreement, cross_validated
from benchmarks.table_samples import TableWords, agreement_alone
from spock_core.domain import Claim
from spock_core.domain.stock import StockKey
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.selection import is_opt_in


class Said(NamedTuple):
    """Predictions of a region, per shuffle."""

    stocks: int
    said: int
    """Those with a sector."""
    right: float
    """Those with the official one; the mean of all shuffles."""


class Worth(NamedTuple):
    """What a source is worth in a region."""

    with_it: Said
    without: Said

    @property
    def verdict(self) -> str:
        """Whether fewer stocks are right without it."""
        more = self.with_it.right - self.without.right
        return f"{more:+.1f} right" + ("" if more > 0 else ": does not earn its place here")


def worth_of_sources(stocks: Sequence[LabelledStock]) -> dict[tuple[str, str], Worth]:
    """Returns the worth of each source among those whose claims the stocks have, in each region of
    which it says anything.

    `stocks` are all with an official sector, whether or not a source says one.
    """
    with_all = _by_region(cross_validated(stocks))
    speaking = {
        (stock.market.region, claim.source)
        for stock in stocks
        for claim in (*stock.claims, *stock.table_claims)
    }
    found: dict[tuple[str, str], Worth] = {}
    for source in sorted({source for _, source in speaking}):
        fewer = [_without(stock, source) for stock in stocks]
        for region, said in _by_region(cross_validated(fewer)).items():
            if (region, source) in speaking:
                found[region, source] = Worth(with_all[region], said)
    return found


def print_worth(stocks: Sequence[LabelledStock], words: TableWords) -> None:
    """Prints the worth of the sources that are on by default, and of all."""
    opt_in = {name for name, source in sources_of(load_plugins()).items() if is_opt_in(source)}
    for title, sources in (
        ("the sources that are on by default", _claiming(words) - opt_in),
        ("all sources", _claiming(words)),
    ):
        print(f"\nstocks with an official sector, with {title}, and without one of them")
        found = worth_of_sources(with_tables(stocks, words, sources))
        for (region, source), (with_it, without) in sorted(found.items()):
            print(
                f"  {region} {source:14} {_shown(with_it)}  without it {_shown(without)}  "
                f"{found[region, source].verdict}"
            )


def _shown(said: Said) -> str:
    share = said.right / said.stocks
    return f"{said.said} said, {said.right:.1f} of {said.stocks} right ({share:.1%})"


def print_tables(stocks: Sequence[LabelledStock], words: TableWords, data: Path) -> None:
    """Prints what each table source is worth: alone, and added to KIS's codes and Yahoo's."""
    print("\ntable sources: stocks that they speak of, and sectors that agree, alone")
    for source, number in sorted(words.matched.items()):
        print(f"  {source:14} {number:6} stocks")
    for (source, region), (right, total) in sorted(agreement_alone(words, data).items()):
        print(f"  {source:14} {region}  {right / total:.1%} of {total}")
    for (region, scheme), number in sorted(words.identified.items()):
        print(f"  {region} {scheme}: {number} stocks")
    print("\nof the stocks with a KIS code or a Yahoo industry, with a table source added")
    claiming = sorted(_claiming(words))
    for added in ((), *((source,) for source in claiming), tuple(claiming)):
        counts = agreement(cross_validated(with_tables(stocks, words, added)))
        shares = "  ".join(
            f"{group} {counts[group][0] / counts[group][1]:.1%}"
            for group in ("US", "CN", "HK", "JP", "all")
            if group in counts
        )
        print(f"  {' and '.join(added) or 'none':14} {shares}")


def with_tables(
    stocks: Iterable[LabelledStock], words: TableWords, sources: Collection[str]
) -> list[LabelledStock]:
    """Returns the stocks with the claims of these table sources added."""
    return [
        stock._replace(
            table_claims=tuple(
                claim
                for claim in words.claims.get(
                    StockKey(stock.listing.region, stock.listing.ticker), ()
                )
                if claim.source in sources
            )
        )
        for stock in stocks
    ]


def _claiming(words: TableWords) -> set[str]:
    """The table sources that claim a sector of any stock."""
    return {claim.source for claims in words.claims.values() for claim in claims}


def _without(stock: LabelledStock, source: str) -> LabelledStock:
    def others(claims: Iterable[Claim]) -> tuple[Claim, ...]:
        return tuple(claim for claim in claims if claim.source != source)

    return stock._replace(claims=others(stock.claims), table_claims=others(stock.table_claims))


def _by_region(predictions: Iterable[Prediction]) -> dict[str, Said]:
    groups: dict[str, list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        groups[prediction.stock.market.region].append(prediction)
    return {
        region: Said(
            len(group) // SHUFFLES,
            sum(one.sector is not None for one in group) // SHUFFLES,
            sum(one.right for one in group) / SHUFFLES,
        )
        for region, group in sorted(groups.items())
    }

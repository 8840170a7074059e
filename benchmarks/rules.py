"""Measures what each rule changes, by leave-one-out.

A rule passes if the other stocks have more right sectors, or industries, with it than without it,
whichever of them is left out: one stock that the author of a rule had seen proves nothing. Rules
that follow a published change of GICS need no such proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks.confidences import as_stated
from benchmarks.real_data import LabelledStock
from spock_core.classification.classify import classify
from spock_core.classification.rules import RULES, Rules, apply_rules
from spock_core.domain import Classification


class Effect(NamedTuple):
    """What a rule changes."""

    reason: str
    region: str
    """The market whose rule it is; empty text for all."""
    better: int
    """Stocks that are right with it and wrong without it."""
    worse: int

    @property
    def passes(self) -> bool:
        """Whether the sum without any one of the stocks stays above 0."""
        return self.better - self.worse > 1


def effects(
    with_sectors: Sequence[LabelledStock], with_industries: Sequence[LabelledStock]
) -> Iterator[Effect]:
    """Yields what each rule changes, those of all markets first.

    `with_sectors` have official sectors, and `with_industries` codes of official industries.
    """
    markets = {stock.market.region: stock.market for stock in with_sectors}
    rules = [("", rule.reason) for rule in RULES]
    rules += [(market.region, rule.reason) for market in markets.values()
              for rule in market.judgements]  # fmt: skip
    stocks = [*with_sectors, *with_industries]
    usual = [_is_right(stock, _classified(stock)) for stock in stocks]
    for region, reason in dict.fromkeys(rules):
        other = [_is_right(stock, _classified(stock, region, reason)) for stock in stocks]
        pairs = list(zip(usual, other, strict=True))
        yield Effect(reason, region, pairs.count((True, False)), pairs.count((False, True)))


def print_rules(
    with_sectors: Sequence[LabelledStock], with_industries: Sequence[LabelledStock]
) -> None:
    """Prints what each rule changes."""
    print("\nrules: stocks that are right with it alone, and without it alone; leave-one-out")
    for one in effects(with_sectors, with_industries):
        verdict = "passes" if one.passes else "does not pass"
        print(f"  {one.region:3} {one.better:+3} {-one.worse:+3}  {verdict:13}  {one.reason}")


def _classified(stock: LabelledStock, region: str = "", without: str = "") -> Classification:
    """Classifies a stock without the rules for this reason."""
    market = stock.market
    of_all = Rules(rule for rule in RULES if region or rule.reason != without)
    of_market = tuple(
        rule for rule in market.judgements if region != market.region or rule.reason != without
    )
    claims = [*as_stated(stock), *stock.table_claims]
    applied = apply_rules(stock.listing, claims, of_market, of_all)
    # words are cut off, so that `classify` applies no rule again
    return classify(stock.listing, market, [claim._replace(words="") for claim in applied])


def _is_right(stock: LabelledStock, found: Classification) -> bool:
    return stock.official in (found.sector, found.industry_code)

"""Compares KIS with Yahoo: which of their words lead to different sectors for the same stock.

The meanings of single words are compared, before any rule is applied, so the result shows which
rows of `kis_codes` and `yahoo_industries` may have to be corrected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from spock_core.classification.claims import latest_observations, read_claim
from spock_core.domain import Claim, Market
from spock_core.domain.source import Source
from spock_core.domain.stock import Stock
from spock_core.reading.audit.agreement import Share
from spock_core.sources.kis.sector_codes import KisSectorCode
from spock_core.sources.yahoo.names import PROFILE, SCREENER

PROVIDERS = {KisSectorCode.name: (KisSectorCode.name,), "yahoo": (SCREENER, PROFILE)}
"""The compared providers by the name that reports use, with the sources of each."""


@dataclass(slots=True)
class Word:
    """A word of one provider, compared with the words of the other for the same stocks."""

    provider: str
    words: str
    """A KIS code or a Yahoo industry; empty for an industry that this version does not know."""
    gics_code: str
    """Its meaning."""
    stocks: int = 0
    """The number of compared stocks with this word."""
    agree: int = 0
    """The number of these for which the other provider names the same sector."""
    others: Counter[str] = field(default_factory=Counter)
    """The number of stocks by the different sector, two digits, that the other provider names."""
    other_words: dict[str, Counter[str]] = field(default_factory=dict)
    """By this sector: the number of stocks by the words of the other provider."""

    @property
    def differ(self) -> int:
        """The number of stocks for which the other provider names a different sector."""
        return self.stocks - self.agree

    @property
    def commonest(self) -> tuple[str, str, int] | None:
        """The most frequent different sector, the words that most often lead to it, and its stocks.

        None if there is no difference.
        """
        if not self.others:
            return None
        sector = min(self.others, key=lambda code: (-self.others[code], code))
        words = self.other_words[sector]
        return sector, min(words, key=lambda word: (-words[word], word)), self.others[sector]


class CrossSource(NamedTuple):
    """How often both providers name the same sector."""

    by_region: Mapping[str, Share]
    words: Sequence[Word]
    """The words with the most differences first."""

    @property
    def share(self) -> Share:
        """The share over all regions."""
        shares = self.by_region.values()
        return Share(sum(share.agree for share in shares), sum(share.stocks for share in shares))


def compare_sources(
    stocks: Iterable[Stock], markets: Mapping[str, Market], sources: Mapping[str, Source]
) -> CrossSource:
    """Compares the providers for all stocks that have a sector from both.

    Stocks of regions whose market is not installed are ignored.
    """
    words: dict[tuple[str, str, str], Word] = {}
    counts: dict[str, Share] = {}
    for stock in stocks:
        market = markets.get(stock.listing.region)
        if market is None:
            continue
        found = {name: _claim(stock, names, market, sources) for name, names in PROVIDERS.items()}
        claims = {name: claim for name, claim in found.items() if claim and claim.gics_code}
        if len(claims) < len(PROVIDERS):
            continue
        (provider, first), (other, second) = claims.items()
        agree = first.gics_code[:2] == second.gics_code[:2]
        so_far = counts.get(market.region, Share(0, 0))
        counts[market.region] = Share(so_far.agree + agree, so_far.stocks + 1)
        _count(words, provider, first, second)
        _count(words, other, second, first)
    order = sorted(words.values(), key=lambda w: (-w.differ, w.provider, w.words, w.gics_code))
    return CrossSource(dict(sorted(counts.items())), order)


def _claim(
    stock: Stock, names: Sequence[str], market: Market, sources: Mapping[str, Source]
) -> Claim | None:
    """Returns what the latest observation of a provider's sources means, or None."""
    own = {name: found for name, found in stock.observations.items() if name in names}
    latest = latest_observations(own, sources)
    return read_claim(latest[0], market, sources) if latest else None


def _count(
    words: dict[tuple[str, str, str], Word], provider: str, claim: Claim, other: Claim
) -> None:
    """Counts one stock for a word of a provider; `other` is the claim of the other provider."""
    key = (provider, claim.words, claim.gics_code)
    word = words.setdefault(key, Word(*key))
    sector = other.gics_code[:2]
    word.stocks += 1
    if sector == claim.gics_code[:2]:
        word.agree += 1
    else:
        word.others[sector] += 1
        word.other_words.setdefault(sector, Counter())[other.words] += 1

"""The sources against each other: which of their words name other sectors than the other's do.

What is compared is what each word means by itself, before any judgement: this is where to look when
a meaning in `kis_codes` or `yahoo_industries` should be corrected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from spock_core.classification.claims import last_words, read_claim
from spock_core.domain import Claim, Market
from spock_core.domain.source import PROFILE, SCREENER, Source
from spock_core.domain.stock import Stock
from spock_core.reading.audit.agreement import Share
from spock_core.sources.kis.sector_codes import KisSectorCode
from spock_core.sources.yahoo.industries import COUNTS_AS

PROVIDERS = {KisSectorCode.name: (KisSectorCode.name,), COUNTS_AS: (SCREENER, PROFILE)}
"""Who is compared, by the name that reports use, with the sources in which each speaks."""


@dataclass(slots=True)
class Word:
    """A word of one provider, beside what the other says of the same stocks."""

    provider: str
    words: str
    """A KIS code or a Yahoo industry; empty for an industry that this version does not know."""
    gics_code: str
    """What it means."""
    stocks: int = 0
    agree: int = 0
    others: Counter[str] = field(default_factory=Counter)
    """Other sectors that the other names, two digits, with how many stocks."""
    other_words: dict[str, Counter[str]] = field(default_factory=dict)
    """In which words, by sector."""

    @property
    def differ(self) -> int:
        """Stocks of which the other names another sector."""
        return self.stocks - self.agree

    @property
    def commonest(self) -> tuple[str, str, int] | None:
        """The other sector that is named most, in which words mostly, and of how many stocks."""
        if not self.others:
            return None
        sector = min(self.others, key=lambda code: (-self.others[code], code))
        words = self.other_words[sector]
        return sector, min(words, key=lambda word: (-words[word], word)), self.others[sector]


class Between(NamedTuple):
    """How often both providers name the same sector."""

    by_region: Mapping[str, Share]
    words: Sequence[Word]
    """Those that differ most often first."""

    @property
    def share(self) -> Share:
        """Of all regions."""
        shares = self.by_region.values()
        return Share(sum(one.agree for one in shares), sum(one.stocks for one in shares))


def between(
    stocks: Iterable[Stock], markets: Mapping[str, Market], sources: Mapping[str, Source]
) -> Between:
    """Compares the providers over the stocks of which both speak, in regions with a market."""
    words: dict[tuple[str, str, str], Word] = {}
    counts: dict[str, Share] = {}
    for stock in stocks:
        market = markets.get(stock.listing.region)
        if market is None:
            continue
        said = {name: _claim(stock, names, market, sources) for name, names in PROVIDERS.items()}
        claims = {name: claim for name, claim in said.items() if claim and claim.gics_code}
        if len(claims) < len(PROVIDERS):
            continue
        (one, first), (other, second) = claims.items()
        agree = first.gics_code[:2] == second.gics_code[:2]
        before = counts.get(market.region, Share(0, 0))
        counts[market.region] = Share(before.agree + agree, before.stocks + 1)
        _count(words, one, first, second)
        _count(words, other, second, first)
    order = sorted(words.values(), key=lambda w: (-w.differ, w.provider, w.words, w.gics_code))
    return Between(dict(sorted(counts.items())), order)


def _claim(
    stock: Stock, names: Sequence[str], market: Market, sources: Mapping[str, Source]
) -> Claim | None:
    """What a provider's last word means."""
    seen = {name: one for name, one in stock.observations.items() if name in names}
    last = last_words(seen, sources)
    return read_claim(last[0], market, sources) if last else None


def _count(
    words: dict[tuple[str, str, str], Word], provider: str, claim: Claim, other: Claim
) -> None:
    key = (provider, claim.words, claim.gics_code)
    word = words.setdefault(key, Word(*key))
    sector = other.gics_code[:2]
    word.stocks += 1
    if sector == claim.gics_code[:2]:
        word.agree += 1
    else:
        word.others[sector] += 1
        word.other_words.setdefault(sector, Counter())[other.words] += 1

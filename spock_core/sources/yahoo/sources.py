"""Sources `yahoo-screener` and `yahoo-profile`: classify a stock by its industry at Yahoo.

The screener is asked for industries, a profile for one stock, and quotes which symbols Yahoo knows.
Both sources store the same words, `sector` and `industry`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from spock_core.classification.industry_shares import YAHOO, industry_shares
from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES, YAHOO_SECTORS
from spock_core.domain import Claim, Exchange, Market, Observation, SecurityType
from spock_core.domain.queries import (
    GroupPage,
    GroupQuerySource,
    QuerySource,
    Said,
    Site,
    StockQuerySource,
)
from spock_core.domain.stock import AskableStock
from spock_core.domain.tables import SourceTerms
from spock_core.plugins.hookspecs import hookimpl
from spock_core.sources.yahoo.names import (
    COUNTS_AS,
    HOSTS,
    LISTED_BY,
    MOST_SYMBOLS,
    PAGE_SIZE,
    PROFILE,
    PROVIDER,
    QUOTE,
    SCREENER,
)
from spock_core.sources.yahoo.usual_counts import OF, USUAL

if TYPE_CHECKING:
    from spock_core.sources.yahoo.client import Yahoo
    from spock_core.sources.yahoo.judge import YahooJudge

SECTOR_CONFIDENCE = 0.88
"""Confidence of a sector alone, where the industry is not in `YAHOO_INDUSTRIES`: the share of
stocks for which Yahoo's sector, translated to GICS, is the official one."""
WEIGHT = 0.9
"""Factor on the confidence where KIS names another sector. There Yahoo is right less often than
elsewhere, since KIS's codes follow GICS and Yahoo's industries do not. Chosen by cross-validation;
0.85 to 0.94 give the same agreement (`benchmarks/sectors.py`)."""
SHELL = "Shell Companies"
_MAY_BE_A_SHELL = (SHELL, "Asset Management", "Capital Markets", "Financial Conglomerates")
"""Industries in which Yahoo puts blank-cheque companies among others; no other industry has any."""

log = logging.getLogger(__name__)


_TERMS = SourceTerms(
    provider=PROVIDER,
    regions=(),
    tells=("sector", "industry", "spac"),
    terms="Yahoo's terms allow personal use.",
)


class YahooSource(QuerySource):
    """What both sources have in common: the site, the symbols, and what their words mean."""

    counts_as = COUNTS_AS
    about = _TERMS
    kinds = (SecurityType.COMMON, SecurityType.DEPOSITARY_RECEIPT, SecurityType.REIT)
    """Yahoo gives no sector to preferred shares, units, warrants, rights and notes."""

    def site(self, settings: Any) -> Site:
        """See `QuerySource.site`. A page of 250 stocks has about 0.7 MB."""
        from spock_core.settings.rate import rate_of  # not needed for help

        return Site(
            addresses=(HOSTS,),
            rate=rate_of(settings),
            base=settings.yahoo_url,
            budget=settings.profile_budget,
            anywhere=True,
        )

    def judge(self) -> YahooJudge:
        """See `QuerySource.judge`."""
        from spock_core.sources.yahoo.judge import YahooJudge

        return YahooJudge()

    def open(self, gate: Any, site: Site, settings: Any) -> AbstractContextManager[Yahoo]:
        """See `QuerySource.open`: a client through yfinance."""
        from spock_core.sources.yahoo.client import Yahoo

        return Yahoo(gate, site.base)

    def symbol(self, stock: AskableStock) -> str:
        """See `QuerySource.symbol`: the market's rules have found it."""
        return stock.yahoo_symbol or ""

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns the meaning of the industry or, if it is unknown, of the sector."""
        industry = observation.words.get("industry", "")
        sector = observation.words.get("sector", "")
        row = YAHOO_INDUSTRIES.get(industry)
        if row is not None:
            reason = f"Yahoo: {industry}" + (f": {row.reason}" if row.reason else "")
            return Claim(
                self.name,
                row.gics_code,
                row.confidence,
                reason,
                industry,
                weight=WEIGHT,
                is_spac=_is_spac(industry, market),
                industries=industry_shares(YAHOO, industry),
            )
        code = YAHOO_SECTORS.get(sector)
        if code is None:
            return None
        reason = f"Yahoo: {sector}; its industry {industry!r} is new to this version"
        return Claim(self.name, code, SECTOR_CONFIDENCE, reason, weight=WEIGHT)


class YahooScreener(YahooSource, GroupQuerySource):
    """Yahoo's screener, which is asked for industries."""

    name = SCREENER
    page_size = PAGE_SIZE
    group_word = "industry"
    lists = LISTED_BY

    def groups(self) -> Mapping[str, float]:
        """See `GroupQuerySource.groups`: Yahoo's industries, spelt as in quoteSummary."""
        return {industry: USUAL.get(industry, 0) / OF for industry in YAHOO_INDUSTRIES}

    def words(self, group: str) -> Mapping[str, str] | None:
        """See `GroupQuerySource.words`."""
        row = YAHOO_INDUSTRIES.get(group)
        return {"industry": group, "sector": row.sector} if row is not None else None

    def venues(self, exchange: Exchange) -> tuple[str, ...]:
        """See `GroupQuerySource.venues`."""
        return exchange.yahoo_codes

    def ask_group(self, client: Yahoo, group: str, venues: Sequence[str], offset: int) -> GroupPage:
        """See `GroupQuerySource.ask_group`."""
        return client.screen(group, venues, offset)


class YahooProfile(YahooSource, StockQuerySource):
    """Yahoo's profiles of single stocks; quotes tell which it has."""

    name = PROFILE
    most_symbols = 1
    presence_name = QUOTE
    most_present = MOST_SYMBOLS

    def ask(self, client: Yahoo, symbols: Sequence[str]) -> Mapping[str, Said]:
        """See `StockQuerySource.ask`.

        Words that are all unknown, as in another language, say nothing: they do not take the place
        of those that do, and where all profiles have such, it is an outage.
        """
        [symbol] = symbols
        profile = client.profile(symbol)
        if not (profile.industry in YAHOO_INDUSTRIES or profile.sector in YAHOO_SECTORS):
            if profile.industry or profile.sector:
                log.warning(
                    "yahoo: %s has words that this version does not know and leaves out: %r, %r",
                    symbol, profile.sector, profile.industry,
                )  # fmt: skip
            return {symbol: Said(name=profile.name)}
        words = {"industry": profile.industry, "sector": profile.sector}
        return {symbol: Said(words, profile.name)}

    def present(self, client: Yahoo, symbols: Sequence[str]) -> frozenset[str]:
        """See `PresenceQuery.present`."""
        return client.quotes(symbols).stocks


def _is_spac(industry: str, market: Market) -> bool | None:
    """Whether the industry shows a blank-cheque company; None if it does not show either.

    A company in a real industry has merged, and is none any more, whatever its name says.
    """
    if industry == SHELL and market.shells_are_spacs:
        return True
    return None if industry in _MAY_BE_A_SHELL else False


@hookimpl
def spock_sources() -> Iterable[YahooSource]:
    """Registers the sources `yahoo-screener` and `yahoo-profile`."""
    return (YahooScreener(), YahooProfile())

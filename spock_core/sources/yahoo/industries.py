"""Sources `yahoo-screener` and `yahoo-profile`: classify a stock by its industry at Yahoo.

The pipeline plans and makes their requests; both store the same words, `sector` and `industry`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from spock_core.classification.industry_shares import YAHOO, industry_shares
from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES, YAHOO_SECTORS
from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.domain.source import PROFILE, SCREENER
from spock_core.plugins.hookspecs import hookimpl

COUNTS_AS = "yfinance"
"""The name under which reports and metrics count both sources."""
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


class YahooIndustrySource:
    """Yahoo's industry as a source, from the screener or from a profile."""

    counts_as = COUNTS_AS
    from_listings_alone = True

    def __init__(self, name: str) -> None:
        self.name = name

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Returns nothing: this source needs requests, which the pipeline plans."""
        return ()

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


def _is_spac(industry: str, market: Market) -> bool | None:
    """Whether the industry shows a blank-cheque company; None if it does not show either.

    A company in a real industry has merged, and is none any more, whatever its name says.
    """
    if industry == SHELL and market.shells_are_spacs:
        return True
    return None if industry in _MAY_BE_A_SHELL else False


@hookimpl
def spock_sources() -> Iterable[YahooIndustrySource]:
    """Registers the sources `yahoo-screener` and `yahoo-profile`."""
    return (YahooIndustrySource(SCREENER), YahooIndustrySource(PROFILE))

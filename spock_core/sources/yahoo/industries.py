"""Sources `yahoo-screener` and `yahoo-profile`: Yahoo's industry of a stock, and what it means.

How they are asked is the business of `plan` and `collect`; both say the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES, YAHOO_SECTORS
from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.domain.source import PROFILE, SCREENER
from spock_core.plugins.hookspecs import hookimpl

COUNTS_AS = "yfinance"
"""Reports count both as the predecessor counted Yahoo."""
SECTOR_CONFIDENCE = 0.88
"""Of an industry that this version does not know: what Yahoo's sectors, renamed, agree."""
WEIGHT = 0.9
"""Where KIS names another sector, Yahoo is right less often than elsewhere: its industries are an
investor's view of a company, KIS's codes follow GICS. Chosen by cross-validation, 0.85 to 0.94 do
as well (`benchmarks/accuracy.py`)."""
SHELL = "Shell Companies"
_MAY_BE_A_SHELL = (SHELL, "Asset Management", "Capital Markets", "Financial Conglomerates")
"""Industries under which Yahoo also keeps blank-cheque companies; any other is a business."""


class YahooIndustryWord:
    """Yahoo's industry as a source, however it was asked."""

    counts_as = COUNTS_AS

    def __init__(self, name: str) -> None:
        self.name = name

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Nothing: it costs requests, so it is asked by plan."""
        return ()

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """What the industry means; of an unknown industry, what the sector means."""
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
            )
        code = YAHOO_SECTORS.get(sector)
        if code is None:
            return None
        reason = f"Yahoo: {sector}; its industry {industry!r} is new to this version"
        return Claim(self.name, code, SECTOR_CONFIDENCE, reason, weight=WEIGHT)


def _is_spac(industry: str, market: Market) -> bool | None:
    """A company that has merged is one no more, whatever its name; None where Yahoo cannot tell."""
    if industry == SHELL and market.shells_are_spacs:
        return True
    return None if industry in _MAY_BE_A_SHELL else False


@hookimpl
def spock_sources() -> Iterable[YahooIndustryWord]:
    """Both ways of asking Yahoo."""
    return (YahooIndustryWord(SCREENER), YahooIndustryWord(PROFILE))

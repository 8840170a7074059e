"""Source `kis`: the sector code in each line of a KIS master file. Makes no requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from spock_core.classification.industry_shares import KIS, industry_shares
from spock_core.classification.kis_codes import KIS_MEANINGS, MAY_BE_A_SHELL, NOT_CLASSIFIED
from spock_core.domain import Claim, KisMeaning, Listing, Market, Observation
from spock_core.plugins.hookspecs import hookimpl


class KisSectorCode:
    """The KIS sector code as a source."""

    name = "kis"
    counts_as = "kis"
    from_listings_alone = True

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Yields the code of each listing that KIS has classified."""
        for listing in listings:
            code = listing.kis_sector_code
            if code and code != NOT_CLASSIFIED:
                words = {"sector_code": code}
                yield Observation(market.region, listing.ticker, self.name, words, now)

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns the code's meaning in this market, else in all markets; None for an unknown
        code."""
        code = observation.words["sector_code"]
        meaning = market.kis_meanings.get(code) or KIS_MEANINGS.get(code)
        return None if meaning is None else _claim(code, meaning)


@cache
def _claim(code: str, meaning: KisMeaning) -> Claim:
    """Thousands of stocks have the same code."""
    return Claim(
        KisSectorCode.name,
        meaning.gics_code,
        meaning.confidence,
        f"KIS {code} ({meaning.meaning}): {meaning.reason}",
        code,
        is_spac=None if code == MAY_BE_A_SHELL else False,
        industries=industry_shares(KIS, code),
    )


@hookimpl
def spock_sources() -> Iterable[KisSectorCode]:
    """Registers the source `kis`."""
    return (KisSectorCode(),)

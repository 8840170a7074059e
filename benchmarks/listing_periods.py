"""Measures the rules for keys that pass to another instrument, on KIS's US lists of two years.

    python -m benchmarks.listing_periods [FOLDER]

Compares every US ticker of the lists of 2022-09 that is also in those of 2025-06, and prints the
tickers that are parted, those in doubt, and those whose name changed and that are kept. What became
of each was decided by reading these lists, with what is publicly known of the companies.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.real_data import DATA
from spock_core.classification.periods.identity import Identity, Verdict, identify
from spock_core.domain import (
    AssetType,
    DamagedLine,
    Listing,
    ListState,
    Market,
    with_security_type,
)
from spock_core.plugins.loader import load_plugins
from spock_core.sources.http.download import Download
from spock_core.sources.kis.master_files import read_archive

BEFORE, NOW = "kis-2022-09-us", "kis-2025-06-half"
PASSED = frozenset(
    (
        *("AACIU", "ALF", "ASPC", "BCOR", "CLBR", "FACT", "FGMCU", "HHH", "MLACU", "MSGE", "RAIN"),
        *("RCD", "RPT", "SMAP", "SPWR", "SZZL", "SZZLU", "TEN", "VG"),
    )
)
"""Tickers that passed to another company, or from a stock to a fund or back."""
EITHER = frozenset(("BATRA", "BATRK", "FCRX"))
"""The same shares or notes of another company: split off, or taken over by the one that merged."""


class Compared(NamedTuple):
    """One ticker in both years."""

    before: Listing
    now: Listing
    verdict: Verdict

    @property
    def is_renamed(self) -> bool:
        """Whether its English name changed."""
        return self.before.name != self.now.name

    @property
    def is_stock(self) -> bool:
        """Whether it is or was a stock."""
        return AssetType.STOCK in (self.before.asset_type, self.now.asset_type)


def compared(data: Path) -> list[Compared]:
    """Returns all tickers that are in the lists of both years, by ticker."""
    market = load_plugins().markets["US"]
    before, now = (dict(_listings(data / folder, market)) for folder in (BEFORE, NOW))
    return [
        Compared(
            before[ticker],
            now[ticker],
            identify(
                before[ticker],
                now[ticker],
                was_spac=market.is_spac(before[ticker]),
                is_spac=market.is_spac(now[ticker]),
            ),
        )
        for ticker in sorted(before.keys() & now.keys())
    ]


def _listings(folder: Path, market: Market) -> Iterator[tuple[str, Listing]]:
    for exchange in market.exchanges:
        path = folder / f"{str(exchange.kis_code).lower()}mst.cod.zip"
        with path.open("rb") as file:
            for item in read_archive(Download(path.name, file, ListState()), "US", exchange):
                if not isinstance(item, DamagedLine):
                    listing = item[1]
                    yield (
                        listing.ticker,
                        with_security_type(listing, market.security_type(listing)),
                    )


def tickers(rows: Iterable[Compared], identity: Identity) -> set[str]:
    """Returns the tickers with this verdict, but those whose name is the same: there the list
    changed the asset type alone."""
    return {
        row.before.ticker for row in rows if row.verdict.identity is identity and row.is_renamed
    }


def main() -> None:
    """Prints the three lists and the counts."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    rows = compared(data)
    stocks = [row for row in rows if row.is_stock]
    for identity in (Identity.ANOTHER, Identity.DOUBTFUL, Identity.SAME):
        print(f"\n{identity}")
        for row in stocks:
            if row.verdict.identity is identity and (row.is_renamed or identity != Identity.SAME):
                print(
                    f"  {row.before.ticker:6} {row.before.kis_sector_code} "
                    f"{row.now.kis_sector_code}  {row.before.name} | {row.now.name} | "
                    f"{row.before.name_local} | {row.now.name_local}: {row.verdict.reason}"
                )
    parted, doubtful = tickers(stocks, Identity.ANOTHER), tickers(stocks, Identity.DOUBTFUL)
    retyped = [row for row in stocks if row.verdict.identity is Identity.ANOTHER]
    print(f"\n{len(rows):,} tickers in both years, {len(stocks):,} of them stocks in either")
    print(f"{sum(row.is_renamed for row in stocks)} stocks with another English name")
    print(
        f"{len(PASSED)} passed to another instrument: {len(parted & PASSED)} parted, "
        f"{len(doubtful & PASSED)} in doubt, kept: {sorted(PASSED - parted - doubtful)}"
    )
    print(f"renamed and parted wrongly: {sorted(parted - PASSED - EITHER)}")
    print(f"renamed and in doubt: {len(doubtful - PASSED - EITHER)}")
    print(f"stock to fund or back under the same name: {len(retyped) - len(parted)}")


if __name__ == "__main__":
    main()

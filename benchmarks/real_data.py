"""Reads the real data of the benchmarks, which is not part of the project.

The folder is `../shared/data` beside a checkout. It has KIS's master files, official sectors,
Nasdaq's security labels and Yahoo's profiles.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from spock_core.domain import Claim, Listing, Market, Observation, StoredListing
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.loader import load_plugins
from spock_core.settings.model import load_settings
from spock_core.sources.kis.sector_codes import KisSectorCode
from spock_core.sources.yahoo.sources import YahooProfile
from spock_core.store.connection.opening import open_database
from spock_core.store.schema import stock_details, tickers

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_REGIONS = {"TSE": "JP", "HKS": "HK", "SHS": "CN", "SZS": "CN"}
"""Regions by KIS's code of the list; all other lists are of the US."""

PROVIDERS = {one.name: one.counts_as for one in (KisSectorCode(), YahooProfile())}
"""The providers of the sources whose claims the stocks have, by source."""
US_LABELS = "us-security-labels-2025-06-half.csv"

Register = dict[tuple[str, str], Mapping[str, Any]]
"""Rows of `tickers` with their `stock_details`, by region and ticker."""


class LabelledStock(NamedTuple):
    """A stock with its official sector and the claims of the sources."""

    listing: Listing
    market: Market
    official: str
    """Name of the official GICS sector."""
    claims: tuple[Claim, ...]
    """Up to two: of KIS's code, of Yahoo's industry."""
    table_claims: tuple[Claim, ...] = ()
    """Of table sources, with the confidences that these state."""

    @property
    def claimed_by(self) -> str:
        """Whose claims there are: `kis`, `yahoo`, `both`, or `tables` alone."""
        if not self.claims:
            return "tables"
        if len(self.claims) == 2:
            return "both"
        return "kis" if self.claims[0].source == "kis" else "yahoo"


def read(path: Path) -> list[dict[str, str]]:
    """Returns the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def region_of(row: Mapping[str, str]) -> str:
    """Returns the region of a row that has KIS's code of the list."""
    return _REGIONS.get(row["kis_exchange"], "US")


def register_of(data: Path, sources: str = "kis,issuer", tables: Path | None = None) -> Register:
    """Returns the register after a run over the master files of 2025-06, without Yahoo.

    `tables`: the folder with the files of the table sources among `sources`, if there are any.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/register.db"
        master = str(data / "kis-2025-06-half")
        flags = {"database": url, "kis_master_url": master, "sources": sources}
        if tables is not None:
            flags["tables_url"] = str(tables)
        run_pipeline(load_settings(flags), load_plugins())
        database = open_database(url, create=False)
        joined = tickers.outerjoin(
            stock_details,
            (tickers.c.region == stock_details.c.region)
            & (tickers.c.ticker == stock_details.c.ticker),
        )
        details = [c for c in stock_details.c if c.name not in ("region", "ticker")]
        with database.read() as connection:
            rows = connection.execute(select(*tickers.c, *details).select_from(joined))
            register: Register = {
                (row["region"], row["ticker"]): dict(row) for row in rows.mappings()
            }
        database.close()
    return register


def labelled_stocks(register: Register, data: Path, *, silent: bool = False) -> list[LabelledStock]:
    """Returns the stocks with an official sector and a claim from KIS's code or Yahoo's industry.

    With `silent`, also those without a claim. The codes are of 2025-06, the industries of 2022, the
    official sectors of 2025-11.
    """
    stocks = _with_claims(register, data, "gics-sectors-2025-11-half.csv", "gics_sector")
    return [stock for stock in stocks if stock.claims or silent]


def stocks_with_industries(register: Register, data: Path) -> list[LabelledStock]:
    """Returns the stocks of the S&P Composite 1500 with such a claim; `official` is the GICS code
    of their official industry of 2026-08.
    """
    file = "gics-industries-sp1500-2026-08-half.csv"
    stocks = _with_claims(register, data, file, "gics_industry_code")
    return [stock for stock in stocks if stock.claims]


def _with_claims(register: Register, data: Path, file: str, official: str) -> list[LabelledStock]:
    plugins = load_plugins()
    kis, yahoo = KisSectorCode(), YahooProfile()
    now = datetime.now(UTC)
    profiles = {
        (region_of(row), row["ticker"]): row for row in read(data / "yahoo-profiles-2022-half.csv")
    }
    stocks = []
    for row in read(data / file):
        key = row["region"], row["ticker"]
        market, listing = plugins.markets[row["region"]], StoredListing.read(register[key])
        observations = kis.observe(market, [listing], now)
        claims = [kis.claim(observation, market) for observation in observations]
        if key in profiles:
            words = {name: profiles[key][name] for name in ("industry", "sector")}
            claims.append(yahoo.claim(Observation(*key, yahoo.name, words, now), market))
        given = tuple(claim for claim in claims if claim is not None)
        stocks.append(LabelledStock(listing, market, row[official], given))
    return stocks

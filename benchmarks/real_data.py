"""Real data that is not part of the project: where it is, and what it says of stocks.

The folder holds KIS's master files, official sectors, Nasdaq's security labels and Yahoo's profiles
(`../shared/data` beside a checkout).
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.loader import load_plugins
from spock_core.settings.model import load_settings
from spock_core.sources.kis.sector_codes import KisSectorCode
from spock_core.sources.yahoo.industries import YahooIndustryWord
from spock_core.store.connection.opening import open_database
from spock_core.store.schema import stock_details, tickers
from spock_core.store.stocks import listing_of

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_LISTS = {"TSE": "JP", "HKS": "HK", "SHS": "CN", "SZS": "CN"}

Register = dict[tuple[str, str], Mapping[str, Any]]
"""Rows of `tickers` with their `stock_details`, by region and ticker."""


class Spoken(NamedTuple):
    """A stock with an official sector, and what sources say of it."""

    listing: Listing
    market: Market
    official: str
    claims: tuple[Claim, ...]

    @property
    def by(self) -> str:
        """Who spoke: `kis`, `yahoo` or `both`."""
        if len(self.claims) == 2:
            return "both"
        return "kis" if self.claims[0].source == "kis" else "yahoo"


def read(path: Path) -> list[dict[str, str]]:
    """A CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def region_of(row: Mapping[str, str]) -> str:
    """The region of a row that names KIS's list."""
    return _LISTS.get(row["kis_exchange"], "US")


def register_of(data: Path, sources: str = "kis,issuer") -> Register:
    """The register that a run over the real master files of 2025-06 makes, without Yahoo."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/register.db"
        master = str(data / "kis-2025-06-half")
        flags = {"database": url, "kis_master_url": master, "sources": sources}
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
            found: Register = {(row["region"], row["ticker"]): dict(row) for row in rows.mappings()}
        database.close()
    return found


def spoken_stocks(register: Register, data: Path) -> list[Spoken]:
    """Every stock with an official sector of which KIS's code or Yahoo's industry says something.

    As a run hears it: KIS's code of 2025-06 and Yahoo's industry, though that of 2022.
    """
    plugins = load_plugins()
    kis, yahoo = KisSectorCode(), YahooIndustryWord("yahoo-profile")
    now = datetime.now(UTC)
    said = {
        (region_of(row), row["ticker"]): row for row in read(data / "yahoo-profiles-2022-half.csv")
    }
    stocks = []
    for row in read(data / "gics-sectors-2025-11-half.csv"):
        key = row["region"], row["ticker"]
        market, listing = plugins.markets[row["region"]], listing_of(register[key])
        claims = [kis.claim(one, market) for one in kis.observe(market, [listing], now)]
        if key in said:
            words = {name: said[key][name] for name in ("industry", "sector")}
            claims.append(yahoo.claim(Observation(*key, yahoo.name, words, now), market))
        heard = tuple(claim for claim in claims if claim is not None)
        if heard:
            stocks.append(Spoken(listing, market, row["gics_sector"], heard))
    return stocks

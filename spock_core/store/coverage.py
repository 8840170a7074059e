"""What the register covers, region by region: every report of coverage reads it here."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from spock_core.domain import AssetType
from spock_core.domain.results import RegionCoverage
from spock_core.store.schema import stock_details, tickers

FIELDS = ("sector", "industry_group", "industry", "is_spac", "is_preferred", "yahoo_symbol")


def read_coverage(
    connection: Connection, regions: Collection[str] | None = None
) -> list[RegionCoverage]:
    """The coverage of the regions in the register, or of some, in the order of their codes."""
    active = tickers.c.is_active
    stock = and_(active, tickers.c.asset_type == AssetType.STOCK.value)
    details, listing = stock_details.c, tickers.c
    columns = [details[n] if n in details else listing[n] for n in FIELDS]
    query = (
        select(
            listing.region,
            _count(active).label("listings"),
            _count(~active).label("inactive"),
            _count(stock).label("stocks"),
            *[_count(stock & c.is_not(None)).label(f"n_{c.name}") for c in columns],
            func.min(case((stock, details.enriched_at))).label("oldest"),
            func.max(case((stock, details.enriched_at))).label("newest"),
            func.max(listing.last_seen_at).label("listed_at"),
        )
        .outerjoin(
            stock_details,
            and_(details.region == listing.region, details.ticker == listing.ticker),
        )
        .group_by(listing.region)
        .order_by(listing.region)
    )
    if regions is not None:
        query = query.where(listing.region.in_(regions))
    sources = _sources(connection, regions)
    return [
        RegionCoverage(
            region=row.region,
            listings=row.listings,
            inactive=row.inactive,
            stocks=row.stocks,
            known={name: getattr(row, f"n_{name}") for name in FIELDS},
            by_source=sources.get(row.region, {}),
            oldest=row.oldest,
            newest=row.newest,
            listed_at=row.listed_at,
        )
        for row in connection.execute(query)
    ]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sources(connection: Connection, regions: Collection[str] | None) -> dict[str, dict[str, int]]:
    details = stock_details.c
    query = (
        select(details.region, details.sector_source, func.count().label("stocks"))
        .join(
            tickers,
            and_(tickers.c.region == details.region, tickers.c.ticker == details.ticker),
        )
        .where(
            details.sector_source.is_not(None),
            tickers.c.is_active,
            tickers.c.asset_type == AssetType.STOCK.value,
        )
        .group_by(details.region, details.sector_source)
    )
    if regions is not None:
        query = query.where(details.region.in_(regions))
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.region, {})[row.sector_source] = row.stocks
    return found

"""What the register covers, region by region: every report of coverage reads it here."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
)

from spock_core.domain import AssetType
from spock_core.domain.results import RegionCoverage
from spock_core.store.schema import stock_details, tickers

FIELDS = ("sector", "industry_group", "industry", "is_spac", "is_preferred", "yahoo_symbol")
_REGIONS: BindParameter[Any] = bindparam("regions", expanding=True)


def read_coverage(
    connection: Connection, regions: Collection[str] | None = None
) -> list[RegionCoverage]:
    """The coverage of the regions in the register, or of some, in the order of their codes."""
    of_some = regions is not None
    values = {"regions": list(regions)} if regions is not None else {}
    sources: dict[str, dict[str, int]] = {}
    for row in connection.execute(_sources(of_some), values):
        sources.setdefault(row.region, {})[row.sector_source] = row.stocks
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
        for row in connection.execute(_coverage(of_some), values)
    ]


@cache  # to make the statement takes longer than to execute it on a few thousand stocks
def _coverage(of_some: bool) -> Select[Any]:
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
    return query.where(listing.region.in_(_REGIONS)) if of_some else query


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


@cache
def _sources(of_some: bool) -> Select[Any]:
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
    return query.where(details.region.in_(_REGIONS)) if of_some else query

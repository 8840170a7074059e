"""The views of a register: the joins that everybody needs, in SQL and in `spock_core.reading`.

They hold no data, so the migrations drop them first and make them anew at the end. A migration may
then change any table that a view reads.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    MetaData,
    Table,
    and_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.ddl import CreateView
from sqlalchemy.sql.functions import GenericFunction

from spock_core.domain import AssetType
from spock_core.domain.identifiers import SCHEMES
from spock_core.store.schema import identifiers, stock_details, tickers

metadata = MetaData()


class _AgeInDays(GenericFunction[int]):
    """Whole days since a moment in UTC; NULL for no moment and for one later than now."""

    type = Integer()
    inherit_cache = True


@compiles(_AgeInDays, "sqlite")
def _age_in_sqlite(element: _AgeInDays, compiler: SQLCompiler, **options: Any) -> str:
    [moment] = element.clauses
    since = compiler.process(moment, **options)
    days = f"julianday('now') - julianday({since})"
    return f"CASE WHEN {days} >= 0 THEN CAST({days} AS INTEGER) END"


@compiles(_AgeInDays, "postgresql")
def _age_in_postgresql(element: _AgeInDays, compiler: SQLCompiler, **options: Any) -> str:
    [moment] = element.clauses
    since = compiler.process(moment, **options)
    days = f"EXTRACT(EPOCH FROM (now() AT TIME ZONE 'UTC') - {since}) / 86400"
    return f"CASE WHEN {days} >= 0 THEN CAST(floor({days}) AS INTEGER) END"


_BY_SCHEME = {scheme: identifiers.alias(f"of_{scheme.lower()}") for scheme in SCHEMES}


def _joined() -> FromClause:
    """Listings with their classifications and their identifier of each scheme."""
    found: FromClause = tickers.outerjoin(stock_details, _same(stock_details))
    for scheme, table in _BY_SCHEME.items():
        found = found.outerjoin(table, and_(_same(table), table.c.scheme == scheme))
    return found


def _same(table: FromClause) -> ColumnElement[bool]:
    return and_(table.c.region == tickers.c.region, table.c.ticker == tickers.c.ticker)


stocks: Table = CreateView(
    select(
        tickers.c.region,
        tickers.c.ticker,
        tickers.c.name,
        tickers.c.name_local,
        tickers.c.exchange,
        tickers.c.kis_exchange,
        tickers.c.yahoo_symbol,
        tickers.c.currency,
        tickers.c.lot_size,
        tickers.c.security_type,
        tickers.c.is_active,
        stock_details.c.is_spac,
        stock_details.c.is_preferred,
        stock_details.c.sector_code,
        stock_details.c.sector,
        stock_details.c.industry_group_code,
        stock_details.c.industry_group,
        stock_details.c.industry_code,
        stock_details.c.industry,
        stock_details.c.sector_source,
        stock_details.c.sector_confidence,
        stock_details.c.industry_source,
        stock_details.c.industry_confidence,
        stock_details.c.enriched_at,
        _AgeInDays(stock_details.c.enriched_at).label("age_days"),
        stock_details.c.last_updated,
        tickers.c.first_seen_at,
        tickers.c.last_seen_at,
        tickers.c.kis_sector_code,
        tickers.c.data_source,
        *(table.c.value.label(scheme.lower()) for scheme, table in _BY_SCHEME.items()),
    )
    .select_from(_joined())
    .where(tickers.c.asset_type == AssetType.STOCK.value),
    "stocks",
    metadata=metadata,
).table
"""Every stock of the register, active or not: a listing, its classification and identifiers."""


def create_views(connection: Connection) -> None:
    """Makes the views of this version of Spock; its tables are there."""
    metadata.create_all(connection)


def drop_views(connection: Connection) -> None:
    """Removes the views, so that the tables under them can be changed."""
    metadata.drop_all(connection)

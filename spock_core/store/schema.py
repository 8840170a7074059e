"""The tables. `docs/data-dictionary.md` says what every column means."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from spock_core.store.utc_date_time import UtcDateTime

metadata = MetaData()

LISTING_COLUMNS = (
    "name",
    "name_local",
    "exchange",
    "kis_exchange",
    "yahoo_symbol",
    "currency",
    "asset_type",
    "security_type",
    "lot_size",
    "kis_sector_code",
    "data_source",
)
"""What a list says of a ticker, besides that it is there."""


def _listing_columns(*, required: bool) -> list[Column[Any]]:
    return [
        Column("name", String(200)),
        Column("name_local", String(200)),
        Column("exchange", String(4), nullable=not required),
        Column("kis_exchange", String(3)),
        Column("yahoo_symbol", String(40)),
        Column("currency", String(3), nullable=not required),
        Column("asset_type", String(16), nullable=not required),
        Column("security_type", String(32), nullable=not required),
        Column("lot_size", Integer, nullable=not required),
        Column("kis_sector_code", String(3)),
        Column("data_source", String(32), nullable=not required),
    ]


def _classification_columns() -> list[Column[Any]]:
    return [
        Column("sector", String(64)),
        Column("sector_code", String(2)),
        Column("industry_group", String(64)),
        Column("industry_group_code", String(4)),
        Column("industry", String(64)),
        Column("industry_code", String(6)),
        Column("is_spac", Boolean),
        Column("is_preferred", Boolean),
        Column("par_value", Float),
        Column("sector_source", String(32)),
        Column("sector_confidence", Float),
        Column("industry_source", String(32)),
    ]


tickers = Table(
    "tickers",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("ticker", String(32), primary_key=True),
    *_listing_columns(required=True),
    Column("is_active", Boolean, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("isin", String(12)),
    Column("listed_asset_type", String(16)),
    Column("listed_security_type", String(32)),
)
Index("ix_tickers_yahoo_symbol", tickers.c.yahoo_symbol)

stock_details = Table(
    "stock_details",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("ticker", String(32), primary_key=True),
    *_classification_columns(),
    Column("enriched_at", UtcDateTime),
    Column("last_updated", UtcDateTime, nullable=False),
    Column("industry_confidence", Float),
    ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
)
Index("ix_stock_details_sector_code", stock_details.c.sector_code)

listing_periods = Table(
    "listing_periods",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("ticker", String(32), primary_key=True),
    Column("period", Integer, primary_key=True, autoincrement=False),
    *_listing_columns(required=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("reason", String(200), nullable=False),
    *_classification_columns(),
    Column("industry_confidence", Float),
    Column("enriched_at", UtcDateTime),
    Column("observations", Text),
    Column("identifiers", Text),
    ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
)

observations = Table(
    "observations",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("ticker", String(32), primary_key=True),
    Column("source", String(32), primary_key=True),
    Column("words", Text, nullable=False),
    Column("observed_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
)

unknowns = Table(
    "unknowns",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("ticker", String(32), primary_key=True),
    Column("source", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("ask_again_at", UtcDateTime, nullable=False),
    Column("asked_alone", Boolean, nullable=False, server_default="1"),
    ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
)

settled = Table(
    "settled",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("oldest", UtcDateTime),
)

decided_kinds = Table(
    "decided_kinds",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("code", String(64), nullable=False),
)

lists = Table(
    "lists",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("list_name", String(16), primary_key=True),
    Column("etag", String(200)),
    Column("last_modified", String(64)),
    Column("reader", String(200), nullable=False),
    Column("applied_at", UtcDateTime, nullable=False),
    Column("listed", Integer, nullable=False),
    Column("damaged", Integer, nullable=False),
)

provider_rests = Table(
    "provider_rests",
    metadata,
    Column("provider", String(32), primary_key=True),
    Column("rests_until", UtcDateTime, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
)

table_sources = Table(
    "table_sources",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("region", String(2), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("matched", Integer, nullable=False),
    Column("applied_at", UtcDateTime),
    Column("checked_at", UtcDateTime),
    Column("failing_since", UtcDateTime),
    Column("error", Text),
)

table_files = Table(
    "table_files",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("region", String(2), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("etag", String(200)),
    Column("last_modified", String(64)),
    Column("digest", String(64), nullable=False),
)

identifiers = Table(
    "identifiers",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("ticker", String(32), primary_key=True),
    Column("scheme", String(8), primary_key=True),
    Column("value", String(32), nullable=False),
    Column("source", String(32), nullable=False),
    Column("observed_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
)
Index("ix_identifiers_value", identifiers.c.value)

screens = Table(
    "screens",
    metadata,
    Column("industry", String(64), primary_key=True),
    Column("exchanges", String(400), primary_key=True),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),
)

changes = Table(
    "changes",
    metadata,
    Column("change_id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", Integer, ForeignKey("runs.run_id"), nullable=False),
    Column("region", String(2), nullable=False),
    Column("ticker", String(32), nullable=False),
    Column("field", String(32), nullable=False),
    Column("before", String(64)),
    Column("after", String(64)),
    Column("source", String(32)),
    Column("changed_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
)
Index("ix_changes_stock", changes.c.region, changes.c.ticker)
Index("ix_changes_run", changes.c.run_id)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("status", String(16), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("refresh", String(16), nullable=False),
    Column("made_up", Boolean, nullable=False),
    Column("settings", Text, nullable=False),
    Column("requests", Text),
    Column("plan", Text),
    Column("outcomes", Text),
    Column("phases", Text),
    Column("error", Text),
)

run_regions = Table(
    "run_regions",
    metadata,
    Column("run_id", Integer, ForeignKey("runs.run_id"), primary_key=True),
    Column("region", String(2), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("enriched", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("by_source", Text, nullable=False),
    Column("listed_new", Integer, nullable=False),
    Column("listed_changed", Integer, nullable=False),
    Column("listed_gone", Integer, nullable=False),
    Column("listed_back", Integer, nullable=False),
    Column("lines_damaged", Integer, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("error", Text),
    Column("listed_passed", Integer, nullable=False, server_default="0"),
)

staged = Table(
    "spock_staged",
    MetaData(),
    Column("row", Integer, primary_key=True, autoincrement=True),
    Column("ticker", String(32), nullable=False),
    Column("list_name", String(16), nullable=False),
    Column("line", Integer, nullable=False),
    Column("readable", Boolean, nullable=False),
    *_listing_columns(required=False),
    prefixes=["TEMPORARY"],
)
"""The lists of one region as they were read, on one connection, until they are compared."""
Index("ix_spock_staged", staged.c.ticker)

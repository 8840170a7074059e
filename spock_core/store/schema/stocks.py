"""The tables of stocks: what they are, what sources said of them, and what they were before."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from spock_core.store.schema.shared import classification_columns, listing_columns, metadata
from spock_core.store.utc_date_time import UtcDateTime

tickers = Table(
    "tickers",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("ticker", String(32), primary_key=True),
    *listing_columns(required=True),
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
    *classification_columns(),
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
    *listing_columns(required=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("reason", String(200), nullable=False),
    *classification_columns(),
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

past_states = Table(
    "past_states",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("ticker", String(32), primary_key=True),
    Column("until", UtcDateTime, primary_key=True),
    *listing_columns(required=True),
    Column("is_active", Boolean, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    *classification_columns(),
    Column("industry_confidence", Float),
    ForeignKeyConstraint(["region", "ticker"], ["tickers.region", "tickers.ticker"]),
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

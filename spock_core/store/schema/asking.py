"""The tables of what was read and asked, when, and what need not be asked again."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from spock_core.store.schema.shared import listing_columns, metadata
from spock_core.store.utc_date_time import UtcDateTime

unknowns = Table(
    "unknowns",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("ticker", String(32), primary_key=True),
    Column("source", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("ask_again_at", UtcDateTime, nullable=False),
    Column("because", String(16), nullable=False, server_default="answered"),
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

provider_rates = Table(
    "provider_rates",
    metadata,
    Column("provider", String(32), primary_key=True),
    Column("next_at", Float, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("share", Float, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("made", Integer, nullable=False),
    Column("given_up", String(200)),
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

screens = Table(
    "screens",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("industry", String(64), primary_key=True),
    Column("exchanges", String(400), primary_key=True),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),
)

failed_screens = Table(
    "failed_screens",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("industry", String(64), primary_key=True),
    Column("exchanges", String(400), primary_key=True),
    Column("because", String(16), nullable=False),
    Column("times", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("ask_again_at", UtcDateTime, nullable=False),
)

staged = Table(
    "spock_staged",
    MetaData(),
    Column("row", Integer, primary_key=True, autoincrement=True),
    Column("ticker", String(32), nullable=False),
    Column("list_name", String(16), nullable=False),
    Column("line", Integer, nullable=False),
    Column("readable", Boolean, nullable=False),
    *listing_columns(required=False),
    prefixes=["TEMPORARY"],
)
"""The lists of one region as they were read, on one connection, until they are compared."""
Index("ix_spock_staged", staged.c.ticker).ddl_if(dialect="sqlite")

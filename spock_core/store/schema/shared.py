"""What several tables have in common: the columns of a listing and of a classification."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String

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


def listing_columns(*, required: bool) -> list[Column[Any]]:
    """Returns new columns of a listing. `required`: whether a row must have those that every
    listing has."""
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


def classification_columns() -> list[Column[Any]]:
    """Returns new columns of a classification."""
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

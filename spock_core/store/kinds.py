"""The kinds of listings: what counts, and what the list says where a register's table decides.

`tickers.asset_type` and `security_type` are what counts. Where a table decides, `listed_…` keep
what the list says, so that it counts again when nobody states another kind any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, null, or_, select

from spock_core.domain import AssetType, Observation, SecurityType, StoredListing
from spock_core.store.changes import log_security_types
from spock_core.store.observations import read_observations
from spock_core.store.past_states import keep_changed
from spock_core.store.rows import update_rows
from spock_core.store.schema import (
    LISTING_COLUMNS,
    decided_kinds,
    observations,
    stock_details,
    tickers,
)

KIND_COLUMNS = ("asset_type", "security_type")
AS_LISTED = {
    name: func.coalesce(tickers.c[f"listed_{name}"], tickers.c[name]) for name in KIND_COLUMNS
}
"""The asset type and the security type that the list says, by the name of the column."""


class StoredKind(NamedTuple):
    """A listing with the kind that its list says, and the kind that counts."""

    listing: StoredListing
    asset_type: AssetType
    security_type: SecurityType


def read_decided(connection: Connection, region: str) -> str | None:
    """Returns the code that decided a region's kinds; None if there is something new to decide."""
    query = select(decided_kinds.c.code).where(decided_kinds.c.region == region)
    return connection.execute(query).scalar()


def write_decided(connection: Connection, region: str, code: str) -> None:
    """Remembers that a region's kinds are decided."""
    forget_decided(connection, region)
    connection.execute(insert(decided_kinds).values(region=region, code=code))


def forget_decided(connection: Connection, region: str) -> None:
    """Notes that a list or a table may have changed a region's kinds."""
    connection.execute(delete(decided_kinds).where(decided_kinds.c.region == region))


def read_kinds(
    connection: Connection, region: str, sources: Collection[str]
) -> tuple[list[StoredKind], dict[str, dict[str, Observation]]]:
    """Returns the listings of which these sources say something or have decided, in the order of
    their tickers, and the observations by ticker and source."""
    told = observations.c.source.in_(sources)
    said = read_observations(connection, region, told)
    spoken_of = select(observations.c.ticker).where(observations.c.region == region, told)
    named = [name for name in LISTING_COLUMNS if name not in KIND_COLUMNS]
    query = select(
        tickers.c.region,
        tickers.c.ticker,
        *(tickers.c[name] for name in named),
        *(AS_LISTED[name].label(name) for name in KIND_COLUMNS),
        *(tickers.c[name].label(f"now_{name}") for name in KIND_COLUMNS),
    ).where(
        tickers.c.region == region,
        or_(tickers.c.listed_security_type.is_not(None), tickers.c.ticker.in_(spoken_of)),
    )
    kinds = [
        StoredKind(
            StoredListing.read(dict(row)),
            AssetType(row["now_asset_type"]),
            SecurityType(row["now_security_type"]),
        )
        for row in connection.execute(query.order_by(tickers.c.ticker)).mappings()
    ]
    return kinds, said


def read_as_listed(
    connection: Connection, region: str, *, stocks_only: bool
) -> dict[str, StoredListing]:
    """Returns the active stocks or instruments of a region by ticker, each with the kind that its
    list says.

    So what tables say of them does not depend on which of the tables was read first.
    """
    values = [AS_LISTED.get(name, tickers.c[name]).label(name) for name in LISTING_COLUMNS]
    query = select(tickers.c.region, tickers.c.ticker, *values).where(
        tickers.c.region == region, tickers.c.is_active
    )
    if stocks_only:
        query = query.where(AS_LISTED["asset_type"] == AssetType.STOCK.value)
    rows = connection.execute(query.order_by(tickers.c.ticker)).mappings()
    return {row["ticker"]: StoredListing.read(dict(row)) for row in rows}


def write_kinds(
    connection: Connection, decided: Sequence[StoredKind], run_id: int, now: datetime
) -> None:
    """Writes the kinds that count from now on. What is no stock any more is not classified."""
    rows = []
    for region, changed in groupby(decided, key=lambda one: one.listing.region):
        types = {one.listing.ticker: one.security_type.value for one in changed}
        keep_changed(connection, region, list(types), now)
        log_security_types(connection, region, types, run_id, now)
    for one in decided:
        listed = (one.listing.asset_type, one.listing.security_type)
        overruled = listed != (one.asset_type, one.security_type)
        rows.append(
            {
                "region": one.listing.region,
                "ticker": one.listing.ticker,
                "asset_type": one.asset_type.value,
                "security_type": one.security_type.value,
                "listed_asset_type": listed[0].value if overruled else None,
                "listed_security_type": str(listed[1]) if overruled else None,
            }
        )
    update_rows(connection, tickers, rows)
    gone = [one.listing for one in decided if one.asset_type is not AssetType.STOCK]
    if gone:
        keys = [
            and_(stock_details.c.region == one.region, stock_details.c.ticker == one.ticker)
            for one in gone
        ]
        for start in range(0, len(keys), 200):
            connection.execute(delete(stock_details).where(or_(*keys[start : start + 200])))


def as_listed_again() -> dict[str, object]:
    """Returns the values by which a row of `tickers` has the kind that its list says."""
    return {**AS_LISTED, **{f"listed_{name}": null() for name in KIND_COLUMNS}}

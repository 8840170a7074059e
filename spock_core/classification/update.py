"""What is to be written of a stock that was classified again. Pure."""

from __future__ import annotations

from datetime import datetime

from spock_core.domain import Classification
from spock_core.domain.source import WITHDRAWN
from spock_core.domain.stock import ClassificationUpdate, Stock


def classification_update(
    stock: Stock,
    found: Classification,
    limit: datetime | None,
    now: datetime,
    *,
    confirmed: bool,
) -> ClassificationUpdate | None:
    """Returns what to write of a stock; None if the register already says it and it is not old.

    `limit`: what was confirmed before is old; None: everything is. `confirmed`: whether a source
    has said since then what the classification rests on; otherwise the stock keeps its date.
    """
    before = stock.classification
    date = (now if confirmed else stock.enriched_at or now) if found.sector else None
    if before is None:
        return ClassificationUpdate(found, True, enriched_at=date)
    if found.par_value is None:
        found = found._replace(par_value=before.par_value)
    learned = before.sector is not None and before.sector_source not in WITHDRAWN
    if found.sector is None and learned:
        # nothing learned is overwritten by nothing; what was withdrawn is not learned
        kept = before._replace(
            is_spac=found.is_spac, is_preferred=found.is_preferred, par_value=found.par_value
        )
        if kept == before:
            return None
        return ClassificationUpdate(kept, True, enriched_at=stock.enriched_at)
    changed = found != before
    due = confirmed and is_old(stock, limit)
    if not changed and (found.sector is None or not due):
        return None
    return ClassificationUpdate(found, changed, enriched_at=date)


def is_old(stock: Stock, limit: datetime | None) -> bool:
    """Whether a stock's classification was not confirmed since `limit`; None: always."""
    return limit is None or stock.enriched_at is None or stock.enriched_at < limit


def has_no_sector(stock: Stock, update: ClassificationUpdate | None) -> bool:
    """Whether the register has no sector of a stock once the update is written."""
    now = update.classification if update is not None else stock.classification
    return now is None or now.sector is None

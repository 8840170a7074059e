"""What is written of a stock once it is classified anew. Pure."""

from __future__ import annotations

from datetime import datetime

from spock_core.domain import Classification
from spock_core.domain.source import WITHDRAWN
from spock_core.domain.stock import ClassificationUpdate, Stock


def classification_update(
    stock: Stock, found: Classification, limit: datetime | None, now: datetime
) -> ClassificationUpdate | None:
    """What to write of a stock; None where the register already says it and it is not old."""
    before = stock.classification
    if before is None:
        return ClassificationUpdate(
            found, is_new=True, values_changed=True, enriched_at=now if found.sector else None
        )
    learned = before.sector is not None and before.sector_source not in WITHDRAWN
    if found.sector is None and learned:
        # nothing learned is overwritten by nothing; what was withdrawn is not learned
        kept = before._replace(is_spac=found.is_spac, is_preferred=found.is_preferred)
        if kept == before:
            return None
        return ClassificationUpdate(
            kept, is_new=False, values_changed=True, enriched_at=stock.enriched_at
        )
    changed = found != before
    old = limit is None or stock.enriched_at is None or stock.enriched_at < limit
    if not changed and (found.sector is None or not old):
        return None
    return ClassificationUpdate(
        found, is_new=False, values_changed=changed, enriched_at=now if found.sector else None
    )


def has_no_sector(stock: Stock, conclusion: ClassificationUpdate | None) -> bool:
    """Whether the register says none of a stock once this is written."""
    now = conclusion.classification if conclusion is not None else stock.classification
    return now is None or now.sector is None

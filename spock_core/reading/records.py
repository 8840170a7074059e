"""What is read from a register: plain values, named after the columns of the data dictionary."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class StockRecord(NamedTuple):
    """A row of the view `stocks`: a listing with its classification."""

    region: str
    ticker: str
    name: str | None
    name_local: str | None
    exchange: str
    """MIC (ISO 10383)."""
    kis_exchange: str | None
    yahoo_symbol: str | None
    currency: str
    """ISO 4217 code."""
    lot_size: int
    security_type: str
    is_active: bool
    is_spac: bool | None
    is_preferred: bool | None
    sector_code: str | None
    sector: str | None
    industry_group_code: str | None
    industry_group: str | None
    industry_code: str | None
    industry: str | None
    sector_source: str | None
    sector_confidence: float | None
    """0 to 1."""
    industry_source: str | None
    industry_confidence: float | None
    """0 to 1."""
    enriched_at: datetime | None
    """When a source last said or confirmed its sector, in UTC."""
    age_days: int | None
    """Whole days since then; None also if that moment is later than now."""
    last_updated: datetime | None
    """When a value of its classification last changed, in UTC."""
    first_seen_at: datetime
    last_seen_at: datetime | None
    """None where it is asked for a past state, and is later."""
    kis_sector_code: str | None
    data_source: str
    isin: str | None
    figi: str | None
    lei: str | None
    cik: str | None
    sedol: str | None
    cusip: str | None


class ChangeRecord(NamedTuple):
    """Something that changed."""

    changed_at: datetime
    """In UTC. Of a listing that is gone: when it was last seen."""
    region: str
    ticker: str
    name: str | None
    change: str
    """The field of the classification that changed; of a listing `new`, `gone`, `renamed`,
    `security_type`, or `instrument` if its key passed to another one."""
    before: str | None
    after: str | None
    source: str | None
    """The source that decided; None of a listing, and where a rule of the market decided."""
    run_id: int | None
    """None of a listing."""


class Match(NamedTuple):
    """An instrument that a text may mean; of any kind, active or not."""

    region: str
    ticker: str
    name: str | None
    name_local: str | None
    exchange: str
    yahoo_symbol: str | None
    asset_type: str
    security_type: str
    is_active: bool
    sector_code: str | None
    sector: str | None

    @property
    def key(self) -> str:
        """How commands name it: `US:BRK/B`."""
        return f"{self.region}:{self.ticker}"

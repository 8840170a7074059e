"""What `spock show --as-of` prints: one stock as the register had it at a moment."""

from __future__ import annotations

from collections.abc import Iterator

from spock_core.domain.text import format_utc
from spock_core.reading.records import StockRecord
from spock_core.reporting.tables import fitted_lines


def past_text(stock: StockRecord, as_of: str) -> str:
    """Returns what was known of a stock, a line each; what is not kept of the past is left out."""
    head = f"{stock.region}:{stock.ticker}  {stock.name or ''}"
    return fitted_lines((head, *_lines(stock, as_of)), indent=len("listed     "))


def _lines(stock: StockRecord, as_of: str) -> Iterator[str]:
    yield f"as of      {as_of}"
    yield (
        f"listed     {stock.exchange} {stock.kis_exchange or ''}, {stock.currency}, "
        f"lot {stock.lot_size}, Yahoo {stock.yahoo_symbol or 'had none'}, "
        f"KIS code {stock.kis_sector_code or 'none'}"
    )
    gone = "" if stock.is_active else "; no longer in its list"
    yield f"seen       since {format_utc(stock.first_seen_at)}{gone}"
    yield f"type       {stock.security_type}" + (", SPAC" if stock.is_spac else "")
    if stock.sector is None:
        yield "sector     unknown to all sources"
        return
    sure = f", confidence {100 * stock.sector_confidence:.0f} %" if stock.sector_confidence else ""
    yield f"sector     {stock.sector} ({stock.sector_code}), by {stock.sector_source}{sure}"
    yield f"group      {_coded(stock.industry_group, stock.industry_group_code)}"
    by = f", by {stock.industry_source}" if stock.industry and stock.industry_source else ""
    yield f"industry   {_coded(stock.industry, stock.industry_code)}{by}"


def _coded(name: str | None, code: str | None) -> str:
    return f"{name} ({code})" if name else "not determined"

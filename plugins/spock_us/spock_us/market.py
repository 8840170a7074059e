"""The United States: Nasdaq, NYSE, and NYSE American with Arca and Cboe, one list at KIS."""

from __future__ import annotations

from spock_core import Exchange, KisMeaning, Market
from spock_us.security_type import is_spac, security_type
from spock_us.symbols import issuer_tickers, yahoo_symbol

MARKET = Market(
    region="US",
    name="United States",
    priority=1,
    exchanges=(
        Exchange("XNAS", "Nasdaq", "USD", "NAS", ("NMS", "NGM", "NCM")),
        Exchange("XNYS", "New York Stock Exchange", "USD", "NYS", ("NYQ",), aliases=("NYSE",)),
        Exchange(
            "XASE",
            "NYSE American, NYSE Arca, Cboe",
            "USD",
            "AMS",
            ("ASE", "PCX", "BTS"),
            aliases=("AMEX", "ARCA", "NYSEAMERICAN", "NYSEARCA"),
        ),
    ),
    yahoo_symbol=yahoo_symbol,
    security_type=security_type,
    is_spac=is_spac,
    shells_are_spacs=True,  # Nasdaq IM-5101-2, NYSE 102.06: other shells may not list
    issuer_tickers=issuer_tickers,
    kis_meanings={
        "630": KisMeaning(
            "630",
            "Real estate",
            "60",
            0.74,
            "mortgage REITs (Financials) and timeshare and hotel groups (Discretionary) are here",
        ),
        "720": KisMeaning(
            "720",
            "Software and services",
            "45",
            0.78,
            "payroll and consulting moved to Industrials, payments to Financials in 2023",
        ),
    },
)

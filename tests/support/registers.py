"""Registers that tests only read, made once a test run, and known stocks to put into copies."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from spock_core.api import enrich
from tests.support.once import Once

KNOWN = (
    ("US", "BRK/A", "BERKSHIRE HATHAWAY INC-CL A", "버크셔 해서웨이", "XNYS", "NYS", "BRK-A", "USD"),
    ("US", "BRK/B", "BERKSHIRE HATHAWAY INC-CL B", "버크셔 해서웨이", "XNYS", "NYS", "BRK-B", "USD"),
    ("US", "AAPL", "APPLE INC", "애플", "XNAS", "NAS", "AAPL", "USD"),
    ("US", "APLE", "APPLE HOSPITALITY REIT INC", None, "XNYS", "NYS", "APLE", "USD"),
    ("US", "PLGN", "=PLUGIN|INJECT <script>alert(1)</script>", "@cmd", "XNAS", "NAS", None, "USD"),
    ("HK", "00700", "TENCENT", "텐센트", "XHKG", "HKS", "0700.HK", "HKD"),
    ("HK", "07203", "LEVERAGED TOPIX", None, "XHKG", "HKS", "7203.HK", "HKD"),
    ("CN", "000700", "JIANGNAN MOULD", None, "XSHE", "SZS", "000700.SZ", "CNY"),
    ("CN", "600519", "KWEICHOW MOUTAI", "귀주모태주", "XSHG", "SHS", "600519.SS", "CNY"),
    ("CN", "SHI000001", "SSE COMPOSITE INDEX", None, "XSHG", "SHI", "000001.SS", "CNY"),
    ("CN", "000001", "PING AN BANK", None, "XSHE", "SZS", "000001.SZ", "CNY"),
    ("JP", "7203", "TOYOTA MOTOR", "토요타", "XTKS", "TSE", "7203.T", "JPY"),
    ("JP", "130A", "VERITAS IN SILICO", None, "XTKS", "TSE", "130A.T", "JPY"),
)  # fmt: skip
"""Region, ticker, names, exchange, list, Yahoo's symbol and currency; all of them listed as stocks
except indices, none of them classified."""


@pytest.fixture(scope="session")
def made_register(once: Once) -> Path:
    """A register of five regions and some hundred stocks, with all sources. Only read it."""

    def make(folder: Path) -> None:
        enrich(
            database=f"sqlite:///{folder / 'spock.db'}", sandbox=True, sandbox_size=300,
            sources=("ALL",), yahoo_rate=1000, retry_delay=0, parallel=True, max_workers=4,
        ).raise_for_status()  # fmt: skip

    return once("read-register", make) / "spock.db"


@pytest.fixture
def known_register(made_register: Path, spock_folder: Path) -> Path:
    """A copy of it as the test's own `spock.db`, with `KNOWN` stocks."""
    path = spock_folder / "spock.db"
    shutil.copy(made_register, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for region, ticker, name, local, exchange, kis, symbol, currency in KNOWN:
            kind, asset = ("index", "INDEX") if "INDEX" in name else ("common", "STOCK")
            connection.execute(
                "INSERT OR REPLACE INTO tickers (region, ticker, name, name_local, exchange, "
                "kis_exchange, yahoo_symbol, currency, asset_type, security_type, lot_size, "
                "kis_sector_code, data_source, is_active, first_seen_at, last_seen_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, '000', 'kis', 1, "
                "(SELECT min(first_seen_at) FROM tickers WHERE region = ?), "
                "(SELECT max(last_seen_at) FROM tickers WHERE region = ?))",
                (
                    region,
                    ticker,
                    name,
                    local,
                    exchange,
                    kis,
                    symbol,
                    currency,
                    asset,
                    kind,
                    region,
                    region,
                ),
            )
    return path

"""Reads the samples of registers' tables under the names that table sources document.

The samples are not part of the project: see `real_data.py`. A run over a folder of them asks no
provider. Eastmoney's sample is a table of columns, from which the JSON that it answers is made.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.real_data import read
from spock_core.classification.gics import sector_of
from spock_core.domain import Claim, Observation
from spock_core.domain.source import TableSource
from spock_core.domain.stock import StockKey
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.contributions import settings_of, sources_of
from spock_core.plugins.loader import load_plugins
from spock_core.settings.model import load_settings
from spock_core.store.connection.opening import open_database
from spock_core.store.identifiers import read_identifiers
from spock_core.store.observations import read_words

SAMPLES = {
    "ListOfSecurities.xlsx": "registers/hkex-ListOfSecurities-2025-07.xlsx",
    "StockClassifyUse_stock.xls": "registers/shenwan-StockClassifyUse_stock-2026-07.xls",
    "data_j.xls": "registers/jpx-data_j-2025-05.xls",
    "nasdaqlisted.txt": "registers/nasdaqtrader-nasdaqlisted-2025-05.txt",
    "otherlisted.txt": "registers/nasdaqtrader-otherlisted-2025-05.txt",
    "company_tickers.json": "registers/sec-company_tickers-2026-08.json",
    "ACWI_holdings.csv": "holdings/ishares-ACWI_2025-01-half.csv",
    "EEM_holdings.csv": "holdings/ishares-EEM_2025-01-half.csv",
    "IWV_holdings.csv": "holdings/ishares-IWV_2025-05-half.csv",
}
FOOTER = b"File Creation Time"
"""How the last line of Nasdaq's directories begins."""
EASTMONEY = "registers/eastmoney-hk-industry-2026-05.csv"


class TableWords(NamedTuple):
    """What the table sources say of the stocks in the master files."""

    matched: Mapping[str, int]
    """Stocks of which a source says something, by source."""
    claims: Mapping[StockKey, tuple[Claim, ...]]
    identified: Mapping[tuple[str, str], int]
    """Stocks with an identifier, by region and scheme."""


def write_samples(data: Path, folder: Path) -> None:
    """Copies the samples that are there into a folder, under their documented names."""
    for name, sample in SAMPLES.items():
        if (data / sample).exists():
            shutil.copyfile(data / sample, folder / name)
    cut = folder / "nasdaqlisted.txt"
    if cut.exists() and FOOTER not in cut.read_bytes():
        with cut.open("ab") as file:  # the sample's copy was stored without its last line
            file.write(FOOTER + b": 0530202521:31|||||||\n")
    if (data / EASTMONEY).exists():
        with (data / EASTMONEY).open(encoding="utf-8", newline="") as file:
            rows = [
                {
                    "SECURITY_CODE": row["code"],
                    "INDUSTRY_TYPE": "-".join(row[f"gics_l{level}"] for level in range(1, 5)),
                }
                for row in csv.DictReader(file)
            ]
        page = {"result": {"pages": 1, "data": rows}}
        (folder / "RPT_HKF10_INFO_ORGPROFILE-1.json").write_text(json.dumps(page), "utf-8")


def table_words(data: Path) -> TableWords:
    """Runs all table sources over the samples and the master files, and returns what they say."""
    plugins, now = load_plugins(), datetime.now(UTC)
    sources = {
        name: source
        for name, source in sources_of(plugins).items()
        if isinstance(source, TableSource)
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_samples(data, folder)
        url = f"sqlite:///{folder}/register.db"
        flags = {
            "database": url,
            "kis_master_url": str(data / "kis-2025-06-half"),
            "sources": ",".join(["kis", *sources]),
            "tables_url": str(folder),
            "sec_contact": "Nobody, who is not asked",
        }
        run_pipeline(load_settings(flags, settings_of(plugins)), plugins)
        database = open_database(url, create=False)
        matched: dict[str, int] = {}
        claims: dict[StockKey, tuple[Claim, ...]] = {}
        identified: dict[tuple[str, str], int] = {}
        with database.read() as connection:
            for source in sources.values():
                said = read_words(connection, source.name, plugins.markets)
                matched[source.name] = len(said)
                for key, words in said.items():
                    one = Observation(*key, source.name, words, now)
                    claim = source.claim(one, plugins.markets[key.region])
                    if claim is not None and claim.gics_code:
                        claims[key] = (*claims.get(key, ()), claim)
            for region in plugins.markets:
                for stated in read_identifiers(connection, region):
                    group = region, stated.scheme
                    identified[group] = identified.get(group, 0) + 1
        database.close()
    return TableWords(matched, claims, identified)


def agreement_alone(words: TableWords, data: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """Returns the numbers of right and of all official stocks by source and region, for the
    sector that each source claims by itself.
    """
    counts: dict[tuple[str, str], list[int]] = {}
    for row in read(data / "gics-sectors-2025-11-half.csv"):
        for claim in words.claims.get(StockKey(row["region"], row["ticker"]), ()):
            count = counts.setdefault((claim.source, row["region"]), [0, 0])
            count[0] += sector_of(claim.gics_code)[1] == row["gics_sector"]
            count[1] += 1
    return {group: (right, total) for group, (right, total) in counts.items()}

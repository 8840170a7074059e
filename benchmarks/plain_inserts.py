"""The baseline of `list_and_classify.py`: reads master files and inserts the rows that Spock would.

It uses `csv` and `sqlite3` only, without validation, comparison with stored rows, hooks or
migrations.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from spock_core.classification.kis_codes import KIS_MEANINGS


def main(folder: str, database: str) -> None:
    """Reads every archive of a folder into a new SQLite file."""
    now = datetime.now(UTC).isoformat()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(
        "CREATE TABLE tickers (region, ticker, name, name_local, kis_exchange, currency, kind, "
        "lot_size, kis_sector_code, is_active, first_seen_at, last_seen_at, "
        "PRIMARY KEY (region, ticker))"
    )
    connection.execute(
        "CREATE TABLE stock_details (region, ticker, sector_code, source, confidence, "
        "enriched_at, last_updated, PRIMARY KEY (region, ticker))"
    )
    connection.execute(
        "CREATE TABLE observations (region, ticker, source, words, observed_at, "
        "PRIMARY KEY (region, ticker, source))"
    )
    for path in sorted(Path(folder).glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            text = archive.read(archive.namelist()[0]).decode("cp949")
        listings, details, observations = [], [], []
        for row in csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
            ticker = f"{row[2]}{row[4]}" if row[8] == "1" else row[4]
            listings.append(
                (
                    row[0],
                    ticker,
                    row[7],
                    row[6],
                    row[2],
                    row[9],
                    row[8],
                    row[13],
                    row[19],
                    1,
                    now,
                    now,
                )
            )
            if row[8] == "2":
                meaning = KIS_MEANINGS.get(row[19])
                code = meaning.gics_code[:2] if meaning else None
                confidence = meaning.confidence if meaning else None
                details.append((row[0], ticker, code, "kis", confidence, now, now))
                if meaning:
                    words = f'{{"sector_code": "{row[19]}"}}'
                    observations.append((row[0], ticker, "kis", words, now))
        with connection:
            for table, rows in (
                ("tickers", listings),
                ("stock_details", details),
                ("observations", observations),
            ):
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

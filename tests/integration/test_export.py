"""`spock export`: the register for pandas, polars, DuckDB and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from spock_core import open_register
from spock_core.reading.records import StockRecord
from tests.conftest import PYTHON_M_SPOCK, Spock

FORMATS = ("parquet", "arrow", "csv", "jsonl")


@pytest.fixture
def stocks(known_register: Path) -> list[StockRecord]:
    """The rows that an export should have."""
    with open_register(known_register) as register:
        return list(register.stocks())


@pytest.fixture
def needs_arrow() -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")


def values(stock: StockRecord) -> dict[str, object]:
    """A stock as JSON has it."""
    return {
        name: value.isoformat(timespec="microseconds").replace("+00:00", "Z")
        if isinstance(value, datetime)
        else value
        for name, value in stock._asdict().items()
    }


def test_an_export_imports_no_pandas(known_register: Path, needs_arrow):
    code = (
        "import sys; from spock_core.cli import main\n"
        "main(['export', 'stocks.parquet'])\n"
        "print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_file_has_the_rows_and_types_of_the_frame(
    spock: Spock, stocks, needs_arrow, suffix: str
):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    polars = pytest.importorskip("polars", reason="polars is not installed")
    import pandas as pd
    import pyarrow as pa
    from pyarrow import feather, parquet

    outcome = spock("export", f"stocks.{suffix}")
    assert outcome.out == f"{len(stocks):,} stocks in stocks.{suffix}\n"
    with open_register("spock.db") as register:
        table, frame = register.stocks().to_arrow(), register.stocks().to_pandas()
        other = register.stocks().to_polars()
    match suffix:
        case "parquet":
            assert parquet.read_table("stocks.parquet").equals(table)
            assert polars.read_parquet("stocks.parquet").equals(other)
            read = pd.read_parquet("stocks.parquet")
            assert read["sector"].dtype == frame["sector"].dtype
            assert read["enriched_at"].equals(frame["enriched_at"])
            query = "SELECT typeof(is_active), typeof(enriched_at) FROM 'stocks.parquet' LIMIT 1"
            kinds = duckdb.sql(query).fetchall()[0]
            assert kinds == ("BOOLEAN", "TIMESTAMP WITH TIME ZONE")
            assert duckdb.sql("SELECT count(*) FROM 'stocks.parquet'").fetchall()[0] == (
                len(stocks),
            )
        case "arrow":
            assert feather.read_table("stocks.arrow").equals(table)
            assert polars.read_ipc("stocks.arrow").equals(other)
            with pa.memory_map("stocks.arrow") as file:
                assert pa.ipc.open_file(file).read_all().equals(table)
        case "jsonl":
            lines = Path("stocks.jsonl").read_text("utf-8").splitlines()
            assert [json.loads(line) for line in lines] == [values(stock) for stock in stocks]
            assert polars.read_ndjson("stocks.jsonl", infer_schema_length=None)[
                "ticker"
            ].to_list() == [stock.ticker for stock in stocks]
            query = "SELECT typeof(is_active), typeof(sector_confidence) FROM 'stocks.jsonl'"
            assert duckdb.sql(query).fetchall()[0] == ("BOOLEAN", "DOUBLE")
        case "csv":
            read = pd.read_csv("stocks.csv", dtype={"ticker": str, "sector_code": str})
            assert read["ticker"].tolist() == [stock.ticker for stock in stocks]
            assert read["is_active"].dtype == bool
            query = "SELECT typeof(is_active), typeof(enriched_at) FROM 'stocks.csv' LIMIT 1"
            assert duckdb.sql(query).fetchall()[0] == ("BOOLEAN", "TIMESTAMP WITH TIME ZONE")
            assert duckdb.sql("SELECT count(*) FROM 'stocks.csv'").fetchall()[0] == (len(stocks),)


def test_rows_and_columns_are_chosen_by_flags(spock: Spock, stocks, register):
    register("UPDATE tickers SET is_active = 0 WHERE ticker = 'AAPL'")
    flags = (
        "--regions",
        "US",
        "hk",
        "--sector",
        "45",
        "Financials",
        "--columns",
        "ticker",
        "sector",
    )
    assert spock("export", "few.jsonl", *flags).code == 0
    rows = [json.loads(line) for line in Path("few.jsonl").read_text().splitlines()]
    assert rows == [
        {"ticker": stock.ticker, "sector": stock.sector}
        for region in ("HK", "US")
        for stock in stocks
        if stock.region == region and stock.sector_code in ("45", "40")
    ]
    assert spock("export", "-", "--active", "no", "--columns", "ticker").out == "ticker\nAAPL\n"
    assert len(spock("export", "-", "--active", "all").out.splitlines()) == len(stocks) + 1
    preferred = spock("export", "-", "--security-type", "preferred", "--columns", "security_type")
    assert set(preferred.out.splitlines()) == {"security_type", "preferred"}


def test_a_formula_stays_inert_in_a_spreadsheet(spock: Spock, stocks):
    columns = ("--columns", "name", "name_local", "enriched_at", "is_active", "is_spac")
    [row] = [
        row
        for row in csv.DictReader(io.StringIO(spock("export", "-", *columns).out))
        if "PLUGIN" in row["name"]
    ]
    assert row["name"].startswith("'=PLUGIN")
    assert row["name_local"] == "'@cmd"
    assert (row["enriched_at"], row["is_active"], row["is_spac"]) == ("", "true", "")


@pytest.mark.parametrize("chosen", FORMATS)
def test_stdout_gets_the_same_bytes_as_a_file(spock: Spock, stocks, needs_arrow, chosen: str):
    assert spock("export", f"file.{chosen}").code == 0
    done = subprocess.run(
        [*PYTHON_M_SPOCK, "export", "-", "--format", chosen],
        capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout == Path(f"file.{chosen}").read_bytes()
    assert done.stderr == b""


def test_whoever_closes_the_pipe_ends_the_export_quietly(stocks):
    command = f"{sys.executable} -m spock_core export - | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == ",".join(StockRecord._fields) + "\n"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("stocks.xlsx",), "its name must end in one of .parquet, .arrow, .csv, .jsonl"),
        (("stocks",), "or give --format"),
        (("nowhere/stocks.csv",), "export nowhere/stocks.csv cannot be written"),
        (("spock.db", "--format", "csv"), "spock.db is the register"),
        (("./spock.db", "--format", "jsonl"), "is the register"),
        (("link.csv",), "is the register"),
        (("hard.csv",), "is the register"),
        (("spock.db-wal", "--format", "csv"), "is a file of the register"),
        (("spock.db.lock", "--format", "csv"), "is a file of the register"),
        (("other.csv",), "is a database"),
        (("a.csv", "--columns", "secter"), "no column 'secter'"),
        (("a.csv", "--regions", "XX"), "no region 'XX'"),
        (("a.csv", "--sector", "cars"), "no sector, group or industry 'cars'"),
    ],
)
def test_a_mistake_is_told_in_one_line_and_nothing_is_written(
    spock: Spock, stocks, known_register: Path, arguments, words
):
    Path("link.csv").symlink_to("spock.db")
    os.link("spock.db", "hard.csv")
    with closing(sqlite3.connect("other.csv")) as connection:
        connection.execute("CREATE TABLE mine (x)")
    before = {path: path.read_bytes() for path in Path().iterdir() if path.suffix != ".db-shm"}
    outcome = spock("export", *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert len(outcome.err.splitlines()) == 1
    after = {path: path.read_bytes() for path in before}
    assert after == before
    assert not Path("a.csv").exists()


def test_an_export_that_fails_leaves_the_file_as_it_was(spock: Spock, stocks, register):
    Path("stocks.csv").write_text("mine")
    register("UPDATE tickers SET first_seen_at = 'no time' WHERE ticker = 'AAPL'")
    assert spock("export", "stocks.csv").code != 0
    assert Path("stocks.csv").read_text() == "mine"
    assert [path.name for path in Path().iterdir() if ".part" in path.name] == []


def test_a_file_is_replaced_and_keeps_its_rights(spock: Spock, stocks):
    path = Path("stocks.csv")
    path.write_text("mine")
    path.chmod(0o640)
    assert spock("export", path).code == 0
    assert path.read_text().startswith("region,ticker")
    assert path.stat().st_mode & 0o777 == 0o640


def test_without_pyarrow_the_extra_is_named_and_csv_works(known_register: Path):
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from spock_core.cli import main\n"
        "print(main(['export', 'a.parquet']), main(['export', 'a.csv']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "a frame, Parquet or Arrow needs pyarrow: pip install 'spock-core[arrow]'" in done.stderr
    assert done.stdout.splitlines()[-1] == "2 0"
    assert not Path("a.parquet").exists()

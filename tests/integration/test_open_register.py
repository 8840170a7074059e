"""`spock_core.open_register`: the register for notebooks and pipelines."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spock_core import SpockError, open_register
from spock_core.domain.errors import StoreError, UsageError
from spock_core.reading.records import ChangeRecord, Match, StockRecord
from spock_core.reading.register import Register
from spock_core.store.reading.selecting import matches, select_changes, select_stocks
from tests.support.processes import is_held


def test_records_have_the_columns_of_their_queries():
    for record, query in (
        (StockRecord, select_stocks()), (ChangeRecord, select_changes()), (Match, matches()),
    ):  # fmt: skip
        assert list(record._fields) == [column.key for column in query.selected_columns]


def test_stocks_are_plain_values_in_the_order_of_their_keys(made_register: Path):
    with open_register(made_register) as register:
        stocks = list(register.stocks())
        assert len(register.stocks()) == len(stocks)
    with closing(sqlite3.connect(made_register)) as connection:
        query = (
            "SELECT region, ticker, sector_code, is_spac FROM stocks WHERE is_active ORDER BY 1, 2"
        )
        assert [
            (s.region, s.ticker, s.sector_code, s.is_spac) for s in stocks
        ] == connection.execute(query).fetchall()
    assert {type(stock.is_active) for stock in stocks} == {bool}
    assert all(stock.first_seen_at.tzinfo is UTC for stock in stocks)
    assert {stock.region for stock in stocks} == {"CN", "HK", "JP", "US", "VN"}


def test_stocks_are_chosen_by_region_sector_type_and_activity(known_register: Path, register):
    register("UPDATE tickers SET is_active = 0 WHERE ticker = 'AAPL'")
    with open_register(known_register) as opened:
        assert {s.region for s in opened.stocks(region=["jp", "VN"])} == {"JP", "VN"}
        by_code = list(opened.stocks(sector="45"))
        assert by_code
        assert by_code == list(opened.stocks(sector="information technology"))
        assert {s.sector for s in by_code} == {"Information Technology"}
        group = {s.industry_group for s in opened.stocks(sector=("4510", "Banks"))}
        assert group == {"Software & Services", "Banks"}
        assert {s.industry_code for s in opened.stocks(sector="401010")} == {"401010"}
        assert {s.security_type for s in opened.stocks(security_type="preferred")} == {"preferred"}
        assert "AAPL" not in {s.ticker for s in opened.stocks()}
        assert [s.ticker for s in opened.stocks(active=False)] == ["AAPL"]
        assert len(opened.stocks(active=None)) == len(opened.stocks()) + 1


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"region": "ZZ"}, "no region 'ZZ': choose from CN, HK, JP, US, VN"),
        ({"sector": "46"}, "no sector, group or industry '46'"),
        ({"sector": "Tech"}, "45 Information Technology"),
        ({"security_type": "bond"}, "no security type 'bond': choose from common, preferred"),
    ],
)
def test_what_does_not_exist_is_an_error_in_one_line(made_register: Path, choice, words):
    with open_register(made_register) as register, pytest.raises(UsageError) as caught:
        register.stocks(**choice)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


FOUND = {
    "AAPL": "US:AAPL", "aapl": "US:AAPL", "US:AAPL": "US:AAPL", "AAPL.US": "US:AAPL",
    "NASDAQ:AAPL": "US:AAPL", "xnas:aapl": "US:AAPL", "AAPL US": "US:AAPL",
    "BRK.B": "US:BRK/B", "BRK/B": "US:BRK/B", "brk-b": "US:BRK/B", "BRK B": "US:BRK/B",
    "NYSE:BRK.B": "US:BRK/B", "us:brk b": "US:BRK/B",
    "hk:700": "HK:00700", "0700.HK": "HK:00700", "700.hk": "HK:00700", "HKEX:700": "HK:00700",
    "00700": "HK:00700", "600519.SH": "CN:600519", "600519.SS": "CN:600519",
    "SSE:600519": "CN:600519", "shanghai:600519": "CN:600519", "000001.SH": "CN:SHI000001",
    "000001.SZ": "CN:000001", "7203": "JP:7203", "7203.T": "JP:7203", "7203.JP": "JP:7203",
    "TSE:7203": "JP:7203", "130a.t": "JP:130A", "hk:7203": "HK:07203",
    "kweichow moutai": "CN:600519", "Moutai": "CN:600519", "텐센트": "HK:00700",
    "apple inc": "US:AAPL", "애플": "US:AAPL", "hospitality apple": "US:APLE",
}  # fmt: skip


@pytest.mark.parametrize("text", FOUND)
def test_one_stock_is_found_by_what_people_write(known_register: Path, text: str):
    with open_register(known_register) as register:
        assert [match.key for match in register.find(text)] == [FOUND[text]]


def test_a_stock_is_found_by_its_identifiers(known_register: Path, register):
    for scheme, value in (("ISIN", "US0378331005"), ("CIK", "320193")):
        register(
            "INSERT INTO identifiers (region, ticker, scheme, value, source, observed_at) "
            "VALUES ('US', 'AAPL', ?, ?, 'x', '2026-11-01 00:00:00.000000')",
            scheme,
            value,
        )
    with open_register(known_register) as opened:
        for text in ("US0378331005", "us 0378331005", "320193", "CIK320193", "0000320193"):
            assert [match.key for match in opened.find(text)] == ["US:AAPL"], text
        assert opened.find("US0378331006") == []
        stock = opened.stock("AAPL")
        assert (stock.isin, stock.cik, stock.lei) == ("US0378331005", "320193", None)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("700", ["CN:000700", "HK:00700"]),
        ("berkshire", ["US:BRK/A", "US:BRK/B"]),
        ("apple", ["US:AAPL", "US:APLE"]),
        ("no such thing at all", []),
        ("", []),
        ("  ", []),
        (":", []),
        (".", []),
        ("%", []),
        ("000", []),
        ("' OR 1=1 --", []),
        ("\x00", []),
    ],
)
def test_several_are_listed_and_none_is_none(known_register: Path, text: str, keys: list[str]):
    with open_register(known_register) as register:
        assert [match.key for match in register.find(text)][:2] == keys


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("aplpe", "US:AAPL"),
        ("tecnent", "HK:00700"),
        ("hathawy berkshir", "US:BRK/A"),
        ("AALP", "US:AAPL"),
        ("600591.SH", "CN:600519"),
        ("버크셔헤서웨이", "US:BRK/A"),
    ],
)
def test_a_mistake_in_one_word_finds_the_name_or_the_ticker(
    known_register: Path, typed: str, key: str
):
    with open_register(known_register) as register:
        assert register.nearest(typed)[0].key == key


@pytest.mark.parametrize("identifier", ["US5949181045", "CIK320193", "INR2EJN1ERAN0W5ZP974"])
def test_an_identifier_is_like_no_other(known_register: Path, identifier: str):
    with open_register(known_register) as register:
        assert register.nearest(identifier) == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda register: register.stocks(active="yes"),
        lambda register: register.stocks(sector=45),
        lambda register: register.stocks(region=[1]),
        lambda register: register.stocks(as_of=5),
        lambda register: register.changes(since=7),
        lambda register: register.search(None),
        lambda register: register.stock(None),
        lambda register: register.explain(5),
        lambda register: open_register(""),
    ],
)
def test_a_value_of_another_type_is_told(known_register: Path, ask: Callable[[Register], object]):
    with open_register(known_register) as register, pytest.raises(UsageError):
        ask(register)


def test_a_typo_finds_the_nearest(known_register: Path):
    with open_register(known_register) as register:
        assert register.nearest("kwiechow mouati")[0].key == "CN:600519"
        assert register.nearest("US:AAPPL")[0].key == "US:AAPL"
        with pytest.raises(SpockError, match="nearest: CN:600519 KWEICHOW MOUTAI"):
            register.stock("kwiechow mouati")
        with pytest.raises(SpockError, match="'700' may be CN:000700, HK:00700: add the region"):
            register.stock("700")


def test_search_finds_all_words_in_either_language_best_first(known_register: Path):
    with open_register(known_register) as register:
        assert next(iter(register.search("aapl"))).key == "US:AAPL"
        assert [m.key for m in register.search("apple")][:2] == ["US:AAPL", "US:APLE"]
        assert [m.key for m in register.search("REIT apple")] == ["US:APLE"]
        assert [m.key for m in register.search("버크셔")] == ["US:BRK/A", "US:BRK/B"]
        assert "SHI000001" in {m.ticker for m in register.search("composite")}
        assert not register.search("a%b_c")


def test_one_stock_and_why(known_register: Path):
    with open_register(known_register) as register:
        known = next(
            stock for stock in register.stocks(region="US") if stock.sector_source == "kis"
        )
        key = f"US:{known.ticker}"
        assert register.stock(key) == known
        assert any(e.decides for e in register.explain(key))
        with pytest.raises(
            SpockError, match="CN:SHI000001 is not a stock: its list has it as INDEX"
        ):
            register.stock("000001.SH")


def test_changes_since_a_time(known_register: Path, register):
    moment = (
        (datetime.now(UTC) - timedelta(days=3)).replace(tzinfo=None).isoformat(" ", "microseconds")
    )
    register("UPDATE tickers SET is_active = 0 WHERE ticker = 'APLE'")
    register(
        "UPDATE tickers SET first_seen_at = '2020-01-01 00:00:00.000000' WHERE ticker = 'AAPL'"
    )
    register("UPDATE tickers SET first_seen_at = ? WHERE ticker = 'BRK/A'", moment)
    register(
        "INSERT INTO changes (run_id, region, ticker, field, before, after, source, changed_at) VALUES (1, 'US', 'AAPL', 'sector', 'Energy', 'Utilities', 'kis', ?)",
        moment,
    )
    with open_register(known_register) as opened:
        found = {(c.change, c.ticker) for c in opened.changes(region="US", since=timedelta(days=7))}
        assert {("sector", "AAPL"), ("new", "BRK/A")} <= found
        assert ("new", "AAPL") not in found
        assert ("gone", "APLE") in {(c.change, c.ticker) for c in opened.changes()}
        change = next(c for c in opened.changes() if c.change == "sector")
        assert (change.name, change.before, change.after, change.run_id) == (
            "APPLE INC",
            "Energy",
            "Utilities",
            1,
        )
        assert ("sector", "AAPL") not in {(c.change, c.ticker) for c in opened.changes(since="1d")}
        assert len(opened.changes(since="2026-01-01")) == len(
            list(opened.changes(since="2026-01-01"))
        )
        with pytest.raises(UsageError, match="'yesterday' is no time: give a date"):
            opened.changes(since="yesterday")


def test_coverage_is_that_of_status(made_register: Path, spock):
    with open_register(made_register) as register:
        regions = {one.region: one.stocks for one in register.coverage()}
    told = spock("status", "--json", "--database", f"sqlite:///{made_register}").document["regions"]
    assert regions == {one["region"]: one["stocks"] for one in told}


def test_the_age_of_the_future_is_no_age(known_register: Path, register):
    register(
        "UPDATE stock_details SET enriched_at = datetime('now', '-3 days') || '.000000' WHERE region = 'US'"
    )
    register(
        "UPDATE stock_details SET enriched_at = datetime('now', '+3 days') || '.000000' WHERE region = 'JP'"
    )
    with open_register(known_register) as opened:
        assert {s.age_days for s in opened.stocks(region="US") if s.sector} == {3}
        assert {s.age_days for s in opened.stocks(region="JP")} == {None}


def test_arrow_pandas_and_polars_have_the_same_rows_with_real_types(known_register: Path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    polars = pytest.importorskip("polars", reason="polars is not installed")
    with open_register(known_register) as register:
        rows = register.stocks(active=None)
        stocks, table = list(rows), rows.to_arrow()
        frame, other = rows.to_pandas(), rows.to_polars()
        stream = rows.to_batches(columns=["ticker", "sector"])
        assert stream.read_all().column_names == ["ticker", "sector"]
    assert [StockRecord(**row) for row in table.to_pylist()] == stocks
    assert [StockRecord(**row) for row in other.to_dicts()] == stocks
    assert frame["ticker"].tolist() == [stock.ticker for stock in stocks]
    assert str(frame["is_spac"].dtype) == "boolean"
    assert str(frame["sector"].dtype) == "category"
    assert str(frame["enriched_at"].dtype) == "datetime64[us, UTC]"
    assert other.schema["sector"] == polars.Categorical
    assert other.schema["first_seen_at"] == polars.Datetime("us", "UTC")
    assert other.schema["is_active"] == polars.Boolean


def test_coverage_and_explanations_become_frames(known_register: Path):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    with open_register(known_register) as register:
        coverage, why = register.coverage(), register.explain("US:AAA")
        frame = coverage.to_pandas()
        assert list(frame["region"]) == [one.region for one in coverage]
        assert list(frame["with_sector"]) == [one.known["sector"] for one in coverage]
        assert frame["sector_by_kis"].sum() == sum(one.by_source["kis"] for one in coverage)
        assert isinstance(frame["newest"].dtype, pandas.DatetimeTZDtype)
        assert isinstance(frame["region"].dtype, pandas.CategoricalDtype)
        said = why.to_polars()
        assert said["source"].to_list() == [one.observation.source for one in why]
        assert said.schema["observed_at"] == polars.Datetime("us", "UTC")
        assert register.explain("US:AAPL").to_arrow().num_rows == 0


def test_a_column_that_does_not_exist_is_told(made_register: Path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    with open_register(made_register) as register:
        with pytest.raises(UsageError, match="no column 'secter': did you mean sector"):
            register.stocks().to_arrow(["secter"])
        with pytest.raises(UsageError, match="no column 'xyz': choose from region, ticker"):
            register.stocks().to_arrow(["xyz"])
        with pytest.raises(UsageError, match="each of them once"):
            register.stocks().to_arrow(["sector", "sector"])


def test_no_rows_are_a_frame_too(made_register: Path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    with open_register(made_register) as register:
        table = register.search("no such name").to_arrow()
        assert table.num_rows == 0
        assert len(register.search("no such name").to_pandas()) == 0


def test_reading_takes_no_lock_and_sees_one_state_beside_a_writer(known_register: Path):
    with (
        open_register(known_register) as register,
        closing(sqlite3.connect(known_register, isolation_level=None)) as writer,
    ):
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE tickers SET name = 'X'")
        assert "X" not in {stock.name for stock in register.stocks()}
        rows = iter(register.stocks())
        first = next(rows)
        writer.execute("COMMIT")
        assert {first.name, *(stock.name for stock in rows)} != {"X"}
        assert {stock.name for stock in register.stocks()} == {"X"}
        assert not is_held(f"sqlite:///{known_register}")
    assert not known_register.with_name("spock.db.lock").exists()


def test_a_reader_needs_no_right_to_write(known_register: Path):
    before = known_register.read_bytes()
    with (
        open_register(known_register) as register,
        pytest.raises(StoreError, match="readonly"),
        register._database.write() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM unknowns")
    assert known_register.read_bytes() == before
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    folder = known_register.parent
    known_register.chmod(0o444)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with open_register(known_register) as register:
            assert len(register.stocks())
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["odd ?#% name.db", "größe.db"])
def test_a_path_may_have_any_characters(made_register: Path, tmp_path: Path, name: str):
    path = tmp_path / name
    shutil.copy(made_register, path)
    with open_register(path) as register:
        assert len(register.stocks())


def test_an_older_register_says_who_upgrades_it(known_register: Path, register):
    register("UPDATE spock_schema SET version_num = '0001'")
    with pytest.raises(StoreError, match=r"has schema 0001 .* `spock status`"):
        open_register(known_register)
    assert register("SELECT version_num FROM spock_schema") == [("0001",)]


def test_what_is_no_register_is_told(tmp_path: Path):
    with pytest.raises(StoreError, match="there is no register"):
        open_register(tmp_path / "none.db")
    with pytest.raises(UsageError, match="database is not a URL"):
        open_register("nosuch://x")
    (tmp_path / "text.db").write_text("no database" * 100)
    with pytest.raises(StoreError, match="not a database"):
        open_register(tmp_path / "text.db")


def test_importing_spock_imports_nothing_of_reading():
    code = "import sys, spock_core; print([m for m in sys.modules if 'spock_core.reading' in m or m in ('sqlalchemy', 'pyarrow', 'rapidfuzz')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

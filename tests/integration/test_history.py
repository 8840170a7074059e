"""What the register said before: `--as-of`, and what was renamed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from spock_core import open_register
from spock_core.domain.errors import UsageError
from spock_core.reading.records import StockRecord
from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines

NOT_KEPT = {
    "enriched_at", "age_days", "last_updated", "last_seen_at",
    "isin", "figi", "lei", "cik", "sedol", "cusip",
}  # fmt: skip
"""Columns that the dictionary does not promise of the past."""


def kept(stock: StockRecord) -> dict[str, Any]:
    return {name: value for name, value in stock._asdict().items() if name not in NOT_KEPT}


def all_stocks(**choice: Any) -> list[dict[str, Any]]:
    with open_register("spock.db") as register:
        return [kept(stock) for stock in register.stocks(active=None, **choice)]


class Nights:
    """Runs over lists of Vietnam that change from night to night: names and codes of KIS change,
    stocks are gone for a night and come back, and keys pass to other companies and to funds."""

    def __init__(self, enrich: Spock, master_files: Path, noon: Any, seed: int) -> None:
        self._enrich, self._files, self._noon = enrich, master_files, noon
        self._chance = random.Random(seed)
        self._all = {name: read_lines(master_files, name) for name in ("HNX", "HSX")}
        self.snapshots: list[tuple[datetime, list[dict[str, Any]]]] = []

    def next(self) -> None:
        """Changes the lists, runs, and remembers what the register says."""
        missing = 0.08 if self.snapshots else 0.3
        for name, lines in self._all.items():
            for number, line in enumerate(lines):
                if line.split("\t")[8] == "2" and self._chance.random() < 0.1:
                    lines[number] = self._changed(line)
            there = [line for line in lines if self._chance.random() > missing]
            write_lines(self._files, name, there)
        # the lists are short, and much of them changes in a night
        outcome = self._enrich("--regions", "VN", "--sources", "kis", "issuer", "--accept-shrunk")
        assert outcome.code == 0, outcome.err
        self._noon.shift(timedelta(minutes=5))
        self.snapshots.append((datetime.now(UTC), all_stocks()))
        self._noon.shift(timedelta(hours=23, minutes=55))

    def _changed(self, line: str) -> str:
        ticker = line.split("\t")[4]
        name = f"{ticker} {self._chance.choice(('STEEL', 'BANK', 'FOODS'))} JOINT STOCK COMPANY"
        code = self._chance.choice(("610", "720", "210", "000"))
        fund = {"c6": "", "c7": f"{ticker} VN30 ETF", "c8": "3", "c19": "000", "c22": "001"}
        other = {"c6": "", "c7": self._chance.choice(("LOTUS SHIPPING JSC", "RIVER GAS JSC"))}
        return with_columns(
            line,
            **self._chance.choice(
                ({"c7": name}, {"c19": code}, other, other | {"c19": code}, fund)
            ),
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_register_tells_what_it_said_after_each_night(
    enrich, master_files, noon, register, seed
):
    nights = Nights(enrich, master_files, noon, seed)
    for _ in range(5):
        nights.next()
    assert len({str(stocks) for _, stocks in nights.snapshots}) == 5
    [counts] = register(
        "SELECT sum(listed_new), sum(listed_changed), sum(listed_gone), sum(listed_back), "
        "sum(listed_passed) FROM run_regions WHERE run_id > 1"
    )
    assert min(counts) > 0
    assert register("SELECT count(*) FROM listing_periods WHERE ended_at IS NULL") > [(0,)]
    for moment, stocks in nights.snapshots:
        assert all_stocks(as_of=moment) == stocks
        assert all_stocks(as_of=moment.date()) == stocks


def test_a_stock_is_shown_and_listed_and_exported_as_it_was(
    enrich, spock, master_files, noon, register
):
    enrich("--regions", "VN")
    yesterday = datetime.now(UTC)
    [(ticker, name, sector)] = register(
        "SELECT ticker, name, sector FROM tickers JOIN stock_details USING (region, ticker) "
        "WHERE kis_exchange = 'HSX' AND sector_source = 'kis' AND sector_code <> '45' LIMIT 1"
    )
    noon.shift(timedelta(days=1))
    lines = read_lines(master_files, "HSX")
    number = next(n for n, line in enumerate(lines) if line.split("\t")[4] == ticker)
    lines[number] = with_columns(lines[number], c7=f"{name} GROUP", c19="720")
    write_lines(master_files, "HSX", lines)
    enrich("--regions", "VN")
    day = f"{yesterday:%F}"
    assert f"{name} GROUP" in spock("show", f"vn:{ticker}").out
    shown = spock("show", f"vn:{ticker}", "--as-of", day)
    assert f"{name}\n" in shown.out
    assert f"sector     {sector} (" in shown.out
    assert f"as of      {day}" in shown.out
    document = spock("show", f"vn:{ticker}", "--as-of", day, "--json").document
    assert (document["as_of"], document["stock"]["name"]) == (day, name)
    listed = spock("list", "--as-of", day, "--regions", "VN", "--json").document
    assert {one["ticker"]: one["name"] for one in listed["stocks"]}[ticker] == name
    assert spock("export", "then.csv", "--as-of", day).code == 0
    assert f",{name}," in Path("then.csv").read_text("utf-8")
    changes = spock("changes", "--since", "1h", "--json").document["changes"]
    renamed = [one for one in changes if one["change"] == "renamed"]
    assert [(one["before"], one["after"]) for one in renamed] == [(name, f"{name} GROUP")]


def test_a_listing_that_is_gone_was_there(enrich, spock, master_files, noon):
    enrich("--regions", "VN")
    before = {stock["ticker"] for stock in all_stocks()}
    moment = datetime.now(UTC)
    noon.shift(timedelta(days=1))
    lines = read_lines(master_files, "HSX")
    gone = next(line for line in lines if line.split("\t")[8] == "2")
    write_lines(master_files, "HSX", [line for line in lines if line != gone])
    enrich("--regions", "VN")
    with open_register("spock.db") as register:
        assert {one.ticker for one in register.stocks(as_of=moment)} == before
        ticker = gone.split("\t")[4]
        assert register.stock(f"vn:{ticker}", as_of=moment).is_active
        assert not register.stock(f"vn:{ticker}").is_active


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        ("2020-01-01", "what was true on 2020-01-01 is not known: the history begins on"),
        ("2999-01-01", "2999-01-01 is yet to come"),
        ("{today}T23:59", " is yet to come"),
        ("0001-01-01T00:00+14:00", "is no time of the calendar"),
        ("yesterday", "'yesterday' is no date: give one like 2026-11-25"),
        ("", "'' is no date"),
    ],
)
def test_a_time_of_which_nothing_can_be_told_is_an_error(enrich, spock, as_of, words):
    enrich("--regions", "VN")
    as_of = as_of.format(today=f"{datetime.now(UTC):%F}")
    outcome = spock("list", "--as-of", as_of)
    assert outcome.code == 2
    assert words in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1
    with open_register("spock.db") as register, pytest.raises(UsageError):
        register.stocks(as_of=as_of)


def test_today_is_what_the_register_says_now(enrich):
    enrich("--regions", "VN")
    assert all_stocks(as_of=datetime.now(UTC).date()) == all_stocks()


def test_frames_and_files_carry_the_moment_that_was_asked(enrich, spock):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet

    enrich("--regions", "VN")
    today = datetime.now(UTC).date()
    end = f"{today}T23:59:59.999999Z"
    with open_register("spock.db") as register:
        rows = register.stocks(as_of=today)
        assert rows.as_of == datetime.fromisoformat(end)
        assert rows.to_arrow().schema.metadata == {b"as_of": end.encode()}
        assert rows.to_pandas().attrs == {"as_of": end}
        assert register.stocks().to_arrow().schema.metadata is None
    assert spock("export", "then.parquet", "--as-of", today).code == 0
    assert parquet.read_schema("then.parquet").metadata[b"as_of"] == end.encode()


def test_nothing_is_kept_of_a_first_night_or_a_quiet_one(enrich, register):
    enrich("--regions", "VN")
    enrich("--regions", "VN")
    assert register("SELECT count(*) FROM past_states") == [(0,)]

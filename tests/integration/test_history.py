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
    """Runs over lists of Vietnam that change from night to night."""

    def __init__(self, enrich: Spock, master_files: Path, noon: Any, seed: int) -> None:
        self._enrich, self._files, self._noon = enrich, master_files, noon
        self._chance = random.Random(seed)
        self._all = {name: read_lines(master_files, name) for name in ("HNX", "HSX")}
        self.snapshots: list[tuple[datetime, list[dict[str, Any]]]] = []

    def next(self) -> None:
        """Changes the lists, runs, and remembers what the register says."""
        for name, lines in self._all.items():
            for number, line in enumerate(lines):
                if line.split("\t")[8] == "2" and self._chance.random() < 0.1:
                    lines[number] = self._changed(line)
            there = [line for line in lines if self._chance.random() > 0.02]
            write_lines(self._files, name, there)
        outcome = self._enrich("--regions", "VN", "--sources", "kis", "issuer")
        assert outcome.code == 0, outcome.err
        self._noon.shift(timedelta(minutes=5))
        self.snapshots.append((datetime.now(UTC), all_stocks()))
        self._noon.shift(timedelta(hours=23, minutes=55))

    def _changed(self, line: str) -> str:
        ticker = line.split("\t")[4]
        name = f"{ticker} {self._chance.choice(('STEEL', 'BANK', 'FOODS'))} JOINT STOCK COMPANY"
        code = self._chance.choice(("610", "720", "210", "000"))
        return with_columns(line, **{"c7": name} if self._chance.random() < 0.5 else {"c19": code})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_register_tells_what_it_said_after_each_night(enrich, master_files, noon, seed):
    nights = Nights(enrich, master_files, noon, seed)
    for _ in range(5):
        nights.next()
    assert len({str(stocks) for _, stocks in nights.snapshots}) == 5
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
    lines[number] = with_columns(lines[number], c7="RENAMED HOLDINGS", c19="720")
    write_lines(master_files, "HSX", lines)
    enrich("--regions", "VN")
    day = f"{yesterday:%F}"
    assert "RENAMED HOLDINGS" in spock("show", f"vn:{ticker}").out
    shown = spock("show", f"vn:{ticker}", "--as-of", day)
    assert name in shown.out
    assert f"sector     {sector} (" in shown.out
    assert f"as of      {day}" in shown.out
    document = spock("show", f"vn:{ticker}", "--as-of", day, "--json").document
    assert (document["as_of"], document["stock"]["name"]) == (day, name)
    listed = spock("list", "--as-of", day, "--regions", "VN", "--json").document
    assert {one["ticker"]: one["name"] for one in listed["stocks"]}[ticker] == name
    assert spock("export", "then.csv", "--as-of", day).code == 0
    assert name in Path("then.csv").read_text("utf-8")
    changes = spock("changes", "--since", "1h", "--json").document["changes"]
    renamed = [one for one in changes if one["change"] == "renamed"]
    assert [(one["before"], one["after"]) for one in renamed] == [(name, "RENAMED HOLDINGS")]


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
        ("yesterday", "'yesterday' is no date: give one like 2026-11-25"),
        ("", "'' is no date"),
    ],
)
def test_a_time_of_which_nothing_can_be_told_is_an_error(enrich, spock, as_of, words):
    enrich("--regions", "VN")
    outcome = spock("list", "--as-of", as_of)
    assert outcome.code == 2
    assert words in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1
    with open_register("spock.db") as register, pytest.raises(UsageError):
        register.stocks(as_of=as_of)


def test_nothing_is_kept_of_a_first_night_or_a_quiet_one(enrich, register):
    enrich("--regions", "VN")
    enrich("--regions", "VN")
    assert register("SELECT count(*) FROM past_states") == [(0,)]

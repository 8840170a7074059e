"""What is settled is not classified again, and anything that is new unsettles it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from spock_core.classification.classify import classify
from spock_core.store import settled
from spock_core.store.connection.opening import open_database
from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines

REGISTER = Path("spock.db")


@pytest.fixture
def classified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The regions of the stocks that were classified, one for each stock."""
    regions: list[str] = []

    def counted(listing: Any, *arguments: Any) -> Any:
        regions.append(listing.region)
        return classify(listing, *arguments)

    monkeypatch.setattr("spock_core.pipeline.classify_stage.classify", counted)
    return regions


def content() -> dict[str, list[tuple[Any, ...]]]:
    """What the register says of stocks, without the moments of runs."""
    with closing(sqlite3.connect(REGISTER)) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3").fetchall()
            for table, columns in {
                "tickers": "region, ticker, name, is_active, security_type",
                "stock_details": "region, ticker, sector_code, industry_code, sector_source, "
                "sector_confidence, is_spac, is_preferred",
                "observations": "region, ticker, source, words",
            }.items()
        }


def test_a_night_on_which_nothing_changed_classifies_nothing(enrich, classified):
    first = enrich().document
    assert len(classified) == first["totals"]["total"]
    classified.clear()
    again = enrich().document
    assert classified == []
    for before, after in zip(first["regions"], again["regions"], strict=True):
        assert after["total"] == after["skipped"] + after["unknown"]
        assert after["unknown"] == before["unknown"]
        assert after["status"] == "success"


def test_a_region_that_changed_is_classified_alone(enrich, classified, master_files):
    enrich()
    classified.clear()
    lines = read_lines(master_files, "TSE")
    stock = next(line for line in lines if line.split("\t")[8] == "2")
    write_lines(master_files, "TSE", [*lines, with_columns(stock, c4="9998", c5="TSE9998")])
    enrich()
    assert set(classified) == {"JP"}


def edit(statement: str) -> Callable[..., tuple[str, ...]]:
    def change(_master_files: Path, _noon: Any) -> tuple[str, ...]:
        with closing(sqlite3.connect(REGISTER)) as connection, connection:
            assert connection.execute(statement).rowcount
        return ()

    return change


def overrides(_master_files: Path, _noon: Any) -> tuple[str, ...]:
    with closing(sqlite3.connect(REGISTER)) as connection:
        query = "SELECT ticker FROM stock_details WHERE region = 'JP' AND sector_code = '20'"
        ticker, *_ = connection.execute(query).fetchone()
    Path("own.csv").write_text(f"region,ticker,field,value,reason\nJP,{ticker},sector,10,mine\n")
    return "--overrides", "own.csv"


def other_sources(_master_files: Path, _noon: Any) -> tuple[str, ...]:
    return "--sources", "kis", "issuer"


def a_month_later(_master_files: Path, noon: Any) -> tuple[str, ...]:
    noon.shift(timedelta(days=31))
    return ()


def newer_code(_master_files: Path, _noon: Any) -> tuple[str, ...]:
    import spock_jp

    path = Path(str(spock_jp.__file__))
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 1))
    return ()


CHANGES = {
    "words": edit(
        "UPDATE observations SET words = replace(words, '0\"', '1\"') WHERE region = 'US'"
    ),
    "an observation that is gone": edit("DELETE FROM observations WHERE region = 'HK'"),
    "a sector that is gone": edit(
        "UPDATE stock_details SET sector = NULL, sector_code = NULL WHERE region = 'CN'"
    ),
    "a row that is gone": edit("DELETE FROM stock_details WHERE region = 'VN'"),
    "a name": edit("UPDATE tickers SET name = 'X ACQUISITION CORP' WHERE region = 'US'"),
    "a date": edit(
        "UPDATE stock_details SET enriched_at = '2020-01-01 00:00:00.000000' "
        "WHERE region = 'JP' AND sector IS NOT NULL"
    ),
    "overrides": overrides,
    "other sources": other_sources,
    "a month": a_month_later,
    "newer code": newer_code,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_is_new_leads_to_what_classifying_all_leads_to(
    enrich: Spock, classified, master_files, noon, change
):
    enrich()
    arguments = change(master_files, noon)
    shutil.copy(REGISTER, "before.db")
    classified.clear()
    enrich(*arguments)
    assert classified
    found = content()
    shutil.copy("before.db", REGISTER)
    with closing(sqlite3.connect(REGISTER)) as connection, connection:
        connection.execute("DELETE FROM settled")
    enrich(*arguments)
    assert found == content()


def test_what_a_plugin_may_say_anew_each_night_is_heard(enrich, classified, bring):
    bring(
        "spock_moody",
        """
        from spock_core import Claim, Observation, hookimpl

        class Moody:
            name = counts_as = "moody"

            def observe(self, market, listings, now):
                return [Observation(market.region, listings[0].ticker, self.name, {"a": "b"}, now)]

            def claim(self, observation, market):
                return None

        @hookimpl
        def spock_sources():
            return (Moody(),)
        """,
    )
    enrich("--sources", "kis", "moody")
    classified.clear()
    enrich("--sources", "kis", "moody")
    assert classified


@pytest.mark.parametrize("part", [1, 2, 3, 7])
def test_a_digest_has_every_row_wherever_it_is_parted(enrich, register, monkeypatch, part):
    """A ticker has several observations, and a part may end at any of them."""
    enrich("--regions", "VN", "--sources", "kis", "issuer")
    register(
        "INSERT INTO observations SELECT region, ticker, 'zebra', '{}', observed_at "
        "FROM observations WHERE source = 'kis'"
    )
    stocks = register("SELECT ticker FROM observations WHERE source = 'zebra' ORDER BY 1 LIMIT 12")
    monkeypatch.setattr(settled, "PART", part)
    digests = set()
    with closing(open_database("sqlite:///spock.db", create=False)) as database:
        for (ticker,) in stocks:
            register(
                'UPDATE observations SET words = \'{"a": "b"}\' '
                "WHERE source = 'zebra' AND ticker = ?",
                ticker,
            )
            with database.read() as opened:
                digests.add(settled.digest_of(opened, "VN", "code"))
    assert len(digests) == len(stocks) == 12

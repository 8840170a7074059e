"""Real master files, official sectors and Yahoo's symbols, where they lie beside the project."""

from __future__ import annotations

import zipfile
from collections import Counter
from typing import Any

import pytest

from benchmarks import accuracy
from spock_core.domain import DamagedLine, ListState
from spock_core.plugins import load_plugins
from spock_core.providers.download import Download
from spock_core.sources.kis_master import read_archive
from tests.conftest import Spock

DATA = accuracy.DATA
NEW, OLD = DATA / "kis-2025-06-half", DATA / "kis-2022-09-us"

pytestmark = pytest.mark.skipif(not NEW.exists(), reason=f"the real data is not in {DATA}")

TYPES = {
    "US": {"2": 3_227, "3": 2_258},
    "CN": {"1": 46, "2": 2_498, "3": 692},
    "HK": {"2": 1_337, "3": 170},
    "JP": {"2": 2_018, "3": 192},
    "VN": {"2": 362, "3": 9},
}
"""Lines of the eleven files by region and KIS's type, counted with `cut` and `sort`."""


@pytest.fixture(scope="module")
def register() -> dict[tuple[str, str], Any]:
    return accuracy.register_of(DATA)


def raw_types() -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for path in NEW.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            for line in archive.read(archive.namelist()[0]).split(b"\r\n"):
                if line:
                    columns = line.split(b"\t")
                    types = found.setdefault(columns[0].decode(), Counter())
                    types[columns[8].decode()] += 1
    return found


def test_every_line_of_the_eleven_files_is_in_the_register_by_region_and_type(register):
    assert raw_types() == TYPES
    kinds: dict[str, Counter[str]] = {}
    types = {"INDEX": "1", "STOCK": "2", "WARRANT": "4"}
    for (region, _), row in register.items():
        kinds.setdefault(region, Counter())[types.get(row["asset_type"], "3")] += 1
    assert kinds == TYPES


def test_no_two_regions_equal_tickers_collide(register):
    assert len(register) == sum(sum(types.values()) for types in TYPES.values())
    regions = Counter(ticker for _, ticker in register)
    assert sum(count > 1 for count in regions.values()) > 30


@pytest.mark.parametrize("code", ["NAS", "NYS", "AMS"])
def test_the_files_of_2022_are_read_without_damage(code: str):
    market = load_plugins().markets["US"]
    path = OLD / f"{code.lower()}mst.cod.zip"
    archive = Download(path.name, path.open("rb"), ListState())
    items = list(read_archive(archive, "US", market.exchange(code)))
    assert len(items) > 2_000
    assert not [item for item in items if isinstance(item, DamagedLine)]


def test_sectors_agree_with_the_official_ones(register):
    stocks = accuracy.judged_stocks(register, DATA)
    assert len(stocks) > 1_700
    groups: dict[str, list[bool]] = {}
    for one in stocks:
        for name in ("all", one.by, one.region):
            groups.setdefault(name, []).append(one.found.sector == one.official)
    shares = {name: sum(right) / len(right) for name, right in groups.items()}
    assert shares["all"] >= 0.95, shares
    assert shares["both"] >= 0.96, shares
    assert min(shares[region] for region in ("US", "CN", "HK", "JP")) >= 0.92, shares


def test_what_is_said_to_be_sure_is_right_as_often(register):
    sure: dict[bool, list[bool]] = {True: [], False: []}
    for one in accuracy.judged_stocks(register, DATA):
        right = one.found.sector == one.official
        sure[(one.found.sector_confidence or 0) >= 0.95].append(right)
    assert sum(sure[True]) / len(sure[True]) >= 0.97
    assert sum(sure[False]) / len(sure[False]) < 0.93


def test_yahoo_symbols_are_yahoos(register):
    same, compared, wrong = accuracy.symbol_agreement(register, DATA)
    assert compared > 5_000
    assert same / compared >= 0.995, wrong[:10]


def test_security_types_agree_with_nasdaqs_labels(register):
    labels = accuracy.read(DATA / "us-security-labels-2025-06-half.csv")
    pairs = [(r["security_type"], register["US", r["ticker"]]["security_type"]) for r in labels]
    scores = accuracy.f1_scores(pairs)
    for kind in ("preferred", "note", "warrant"):
        assert scores[kind][2] >= 0.95, kind


def test_a_user_with_the_real_files_has_a_register(spock: Spock):
    outcome = spock("enrich", "--json", "--kis-master-url", NEW)
    assert outcome.code == 0
    assert outcome.document["totals"]["total"] == sum(types["2"] for types in TYPES.values())
    assert not [line for line in outcome.err.splitlines() if "damaged" in line]

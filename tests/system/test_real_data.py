"""Real master files, official sectors and Yahoo's symbols, where they lie beside the project."""

from __future__ import annotations

import sqlite3
import zipfile
from collections import Counter

import pytest

from benchmarks import (
    confidences,
    exchange_categories,
    industries,
    matches,
    rules,
    sectors,
    security_types,
)
from benchmarks.real_data import (
    DATA,
    LabelledStock,
    Register,
    labelled_stocks,
    read,
    register_of,
    stocks_with_industries,
)
from benchmarks.table_samples import table_words
from benchmarks.worth import with_tables
from spock_core.domain import DamagedLine, ListState
from spock_core.plugins.loader import load_plugins
from spock_core.sources.http.download import Download
from spock_core.sources.kis.master_files import read_archive
from tests.conftest import Spock

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
REITS = 4
"""Hong Kong's, which KIS lists as exchange-traded products and the register as stocks."""


@pytest.fixture(scope="module")
def register() -> Register:
    return register_of(DATA)


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
    kinds["HK"].update({"2": -REITS, "3": REITS})
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


DEFAULT_TABLES = ("shenwan", "jpx", "hkex")
"""The table sources that are on by default and state sectors."""


@pytest.fixture(scope="module")
def stocks(register) -> list[LabelledStock]:
    """The stocks of which KIS, Yahoo or a table that is on by default says a sector."""
    stocks = labelled_stocks(register, DATA, silent=True)
    stocks = with_tables(stocks, table_words(DATA), DEFAULT_TABLES)
    return [stock for stock in stocks if stock.claims or stock.table_claims]


@pytest.fixture(scope="module")
def answers(stocks) -> list[sectors.Prediction]:
    return sectors.cross_validated(stocks)


def agreement(predictions: list[sectors.Prediction]) -> dict[str, float]:
    """Shares of the predictions that agree, by group."""
    counts = sectors.agreement(predictions)
    return {name: right / total for name, (right, total) in counts.items()}


def test_sectors_agree_with_the_official_ones_of_stocks_that_taught_nothing(answers):
    shares = agreement(answers)
    assert len(answers) > 1_700 * sectors.SHUFFLES
    assert shares["all"] >= 0.955, shares
    assert shares["by both"] >= 0.96, shares
    assert min(shares[region] for region in ("US", "CN", "HK", "JP")) >= 0.94, shares


def test_without_a_rule_that_people_wrote_sectors_agree_nearly_as_often(stocks):
    shares = agreement(sectors.cross_validated(stocks, with_rules=False))
    least = {"US": 0.949, "CN": 0.95, "HK": 0.94, "JP": 0.955}
    assert {region for region, share in least.items() if shares[region] < share} == set(), shares


def test_a_rule_passes_leave_one_out_or_follows_a_published_change_of_gics(
    register, with_industries
):
    labelled = labelled_stocks(register, DATA)
    for one in rules.effects(labelled, with_industries):
        published = "2018" in one.reason or "2023" in one.reason or "mortgage REITs" in one.reason
        assert one.passes or (published and one.better >= one.worse), one


def test_what_is_said_to_be_sure_is_right_as_often(answers):
    bands: dict[str, list[sectors.Prediction]] = {}
    for one in answers:
        band = (
            "sure" if one.confidence >= 0.95 else "fair" if one.confidence >= 0.85 else "doubtful"
        )
        bands.setdefault(band, []).append(one)
    for band, group in bands.items():
        said = sum(one.confidence for one in group) / len(group)
        was = sum(one.right for one in group) / len(group)
        assert abs(said - was) < 0.05, (band, said, was)


def test_every_confidence_in_the_tables_is_the_measured_share(register):
    assert list(confidences.differences(labelled_stocks(register, DATA))) == []


@pytest.fixture(scope="module")
def with_industries(register):
    return stocks_with_industries(register, DATA)


def test_industries_are_stated_for_nine_of_ten_stocks_and_nine_of_ten_are_right(with_industries):
    placed = list(industries.cross_validated(with_industries))
    said, right = industries.stated_and_right(placed)
    assert said >= 0.9
    assert right >= 0.895


def test_the_table_of_industries_has_the_counted_stocks(with_industries):
    assert industries.differences(with_industries) == []


def test_yahoo_symbols_are_yahoos(register):
    same, compared, wrong = matches.symbol_agreement(register, DATA)
    assert compared > 5_000
    assert same / compared >= 0.995, wrong[:10]


def test_security_types_agree_with_nasdaqs_labels(register):
    scores = security_types.type_scores(register, DATA)
    for kind in ("preferred", "note", "warrant", "unit", "depositary_receipt", "SPAC"):
        assert scores[kind][2] >= 0.95, kind
    precision, recall, _, _ = scores["SPAC"]
    assert precision >= 0.9
    assert recall >= 0.95
    _, recall, _, _ = scores["depositary_receipt"]
    assert recall >= 0.95
    precision, recall, _, _ = scores["unit"]
    assert precision >= 0.95
    assert recall >= 0.85  # of 29 labels one is a receipt for units and one half of a unit


def test_security_types_agree_with_the_categories_of_hkex_and_jpx(register):
    pytest.importorskip("python_calamine", reason="their lists take python-calamine to read")
    hong_kong = load_plugins().markets["HK"]
    for pairs, kinds in (
        (exchange_categories.hkex_pairs(register, DATA), ("reit", "fund")),
        (
            exchange_categories.hkex_name_pairs(hong_kong, DATA),
            ("reit", "fund", "depositary_receipt", "warrant"),
        ),
        (exchange_categories.jpx_pairs(register, DATA), ("reit", "fund", "note", "preferred")),
    ):
        scores = security_types.f1_scores(pairs)
        assert {kind: scores[kind][2] for kind in kinds if scores[kind][2] < 0.95} == {}


def test_hong_kongs_reits_are_stocks_and_those_that_kis_classifies_real_estate(register):
    reits = [row for (region, _), row in register.items()
             if region == "HK" and row["security_type"] == "reit"]  # fmt: skip
    assert len(reits) == REITS
    assert {row["asset_type"] for row in reits} == {"STOCK"}
    classified = {row["sector"] for row in reits if row["kis_sector_code"] == "630"}
    assert classified == {"Real Estate"}


def test_no_family_is_false_by_the_names_at_nasdaq(register):
    found = matches.issuer_matching(register, DATA)
    assert found.compared > 150
    assert found.false == ()


def test_a_user_with_the_real_files_has_a_register(spock: Spock):
    outcome = spock("enrich", "--json", "--kis-master-url", NEW)
    assert outcome.code == 0
    stocks = sum(types["2"] for types in TYPES.values()) + REITS
    assert outcome.document["totals"]["total"] == stocks
    assert not [line for line in outcome.err.splitlines() if "damaged" in line]


def test_an_audit_of_the_real_register_counts_as_sql_does(spock: Spock):
    spock("enrich", "--kis-master-url", NEW)
    official = DATA / "gics-sectors-2025-11-half.csv"
    document = spock("audit", official, "--json").document
    with sqlite3.connect("spock.db") as connection:
        said = dict(connection.execute("SELECT region || ':' || ticker, sector FROM stock_details"))
    pairs = [(row["gics_sector"], said[f"{row['region']}:{row['ticker']}"])
             for row in read(official)]  # fmt: skip
    assert document["compared"] == sum(found is not None for _, found in pairs)
    assert document["agree"] == sum(found == true for true, found in pairs)
    assert len(document["no_sector"]) == sum(found is None for _, found in pairs)
    assert document["not_there"] == document["bad_rows"] == []

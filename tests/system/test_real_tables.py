"""Samples of registers' real tables, where they lie beside the project."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from benchmarks import kinds
from benchmarks.real_data import DATA, Register, register_of
from benchmarks.table_samples import (
    SAMPLES,
    TableWords,
    agreement_alone,
    table_words,
    write_samples,
)
from spock_core import Observation
from spock_core.domain.source import TableSource
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.loader import load_plugins
from spock_core.sources.tables.readers import read_table

pytestmark = pytest.mark.skipif(
    not all((DATA / sample).exists() for sample in SAMPLES.values()),
    reason=f"the samples of tables are not in {DATA}",
)


@pytest.fixture(scope="module")
def words() -> TableWords:
    return table_words(DATA)


def test_hkex_states_the_isin_of_nearly_all_stocks_of_hong_kong(words):
    assert words.matched["hkex"] >= 1_330  # of 1,341 in the list
    assert words.identified["HK", "ISIN"] >= 0.98 * 1_341


def test_the_sec_states_the_cik_of_most_stocks_of_the_us(words):
    assert words.identified["US", "CIK"] >= 0.88 * 3_227


def test_sectors_of_holdings_and_of_eastmoney_are_the_official_ones(words):
    alone = agreement_alone(words, DATA)
    held = [counts for (source, _), counts in alone.items() if source == "fund-holdings"]
    right, total = (sum(numbers) for numbers in zip(*held, strict=True))
    assert total >= 1_526
    assert right / total >= 0.99
    right, total = alone["eastmoney", "HK"]
    assert total >= 178
    assert right / total >= 0.97


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> Register:
    """The register with every table source that states kinds."""
    folder = tmp_path_factory.mktemp("tables")
    write_samples(DATA, folder)
    return register_of(DATA, ",".join(["kis", "issuer", *kinds.kind_sources()]), folder)


def test_kinds_agree_with_the_exchanges_labels_and_categories_by_their_tables_too(register):
    for region, scores in kinds.scores_of(register, DATA).items():
        assert {kind: one for kind, one in scores.items() if one[2] < 0.95} == {}, region


def stated_in(region: str, source_name: str, about_name: str) -> dict[str, str]:
    """The kind that a source states by its real table alone, by ticker."""
    plugins = load_plugins()
    market, source = plugins.markets[region], sources_of(plugins)[source_name]
    assert isinstance(source, TableSource)
    [about] = [one for one in source.files(market) if one.name == about_name]
    with (DATA / SAMPLES[about_name]).open("rb") as file:
        table = read_table(file, about_name, about)
    claims = {
        row.ticker: source.claim(
            Observation(region, row.ticker, source_name, row.words, datetime.now(UTC)), market
        )
        for row in source.rows(market, [table], {})
    }
    return {
        ticker: claim.security_type
        for ticker, claim in claims.items()
        if claim is not None and claim.security_type is not None
    }


def test_all_of_hkexs_reits_and_its_receipt_are_stated_and_equity_is_not():
    stated = stated_in("HK", "hkex", "ListOfSecurities.xlsx")
    assert sum(kind == "reit" for kind in stated.values()) == 11
    assert [ticker for ticker, kind in stated.items() if kind == "depositary_receipt"] == ["06288"]
    assert not {"04620", "04621", "00700"} & stated.keys()


def test_all_of_jpxs_reits_and_infrastructure_funds_and_its_preferred_shares_are_stated():
    stated = stated_in("JP", "jpx", "data_j.xls")
    counts = Counter(stated.values())
    assert (counts["reit"], counts["depositary_receipt"]) == (57, 2)
    preferred = {ticker for ticker, kind in stated.items() if kind == "preferred"}
    assert preferred == {"25935", "50765", "94345", "94346", "8421"}
    assert [stated[ticker] for ticker in ("3249", "9282", "9287")] == ["reit", "fund", "fund"]

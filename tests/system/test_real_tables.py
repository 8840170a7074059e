"""Samples of registers' real tables, where they lie beside the project."""

from __future__ import annotations

import pytest

from benchmarks.real_data import DATA
from benchmarks.table_samples import SAMPLES, TableWords, agreement_alone, table_words

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

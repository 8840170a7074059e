"""Core and one market: it is enriched, and nobody misses the others. Run by `tox -e one`."""

from __future__ import annotations

import pytest

from tests.conftest import Spock
from tests.subsets.installed import markets

pytestmark = pytest.mark.skipif(
    markets() != {"spock-jp"}, reason="not core and spock-jp alone: see tox -e one"
)


def test_the_sandbox_has_that_market_alone(spock: Spock):
    outcome = spock("enrich", "--sandbox", "--json")
    assert outcome.code == 0
    [japan] = outcome.document["regions"]
    assert (japan["region"], japan["total"]) == ("JP", 4_039)
    assert japan["kis"] > 3_000


def test_another_region_is_unknown(spock: Spock):
    outcome = spock("enrich", "--regions", "US")
    assert outcome.code == 2
    assert "unknown region 'US': installed are JP, or ALL" in outcome.err


def test_a_second_run_and_status_work(spock: Spock):
    spock("enrich", "--sandbox")
    assert "no listing and no classification had to be updated" in spock("enrich", "--sandbox").out
    assert "JP" in spock("status", "--sandbox").out

"""What tells a hollow answer from a true one."""

from __future__ import annotations

import pytest

from spock_core.domain.stock import StockKey
from spock_core.pipeline.fetch.costs import Abilities
from spock_core.pipeline.fetch.hollow import (
    is_doubtful,
    is_emptied,
    is_of_others,
    lost_everywhere,
)
from spock_core.sources.yahoo.sources import YahooScreener


def stocks(number: int, prefix: str = "") -> frozenset[StockKey]:
    return frozenset(StockKey("AA", f"{prefix}{n:04}") for n in range(number))


@pytest.mark.parametrize(
    ("before", "still", "doubtful"),
    [
        (300, 0, True),
        (300, 150, True),
        (300, 290, False),  # some leave an industry for good
        (10, 6, True),
        (2, 0, False),  # two may have left: their profiles tell
        (0, 0, False),
    ],
)
def test_a_screen_that_lost_over_a_fifth_of_its_stocks_is_doubtful(before, still, doubtful):
    assert is_doubtful(stocks(before), stocks(still)) == doubtful


def test_a_screen_is_empty_by_error_where_hundreds_are_usual():
    usual = Abilities(YahooScreener().groups()).usual_count
    assert is_emptied(0, usual("Biotechnology", 11_000))
    assert not is_emptied(300, usual("Biotechnology", 11_000))
    assert not is_emptied(0, usual("Biotechnology", 900))
    assert not is_emptied(0, usual("Silver", 11_000))
    assert not is_emptied(0, usual("Asteroid Mining", 11_000))


def test_an_exchange_that_is_in_no_screen_is_found():
    big, small = stocks(1_000), stocks(30, "S")
    exchange_of = dict.fromkeys(big, "XAAA") | dict.fromkeys(small, "XBBB")
    assert lost_everywhere(big | small, big, exchange_of) == "XBBB"
    assert lost_everywhere(big | small, big | small, exchange_of) is None


@pytest.mark.parametrize(
    ("members", "stocks", "tonight", "former", "expected"),
    [
        (9_000, 18_000, 0, {}, False),
        (9_001, 18_000, 0, {}, True),  # as many as half of all stocks are in no industry
        (199, 200, 0, {}, False),  # a small market may be one industry
        (900, 18_000, 451, {}, True),
        (38, 900, 19, {}, False),
        (38, 900, 20, {}, True),
        (37, 900, 0, {"Banks": 19}, False),  # merged
        (37, 900, 0, dict.fromkeys("ABCDE", 5), False),
        (37, 900, 0, dict.fromkeys("ABCDEF", 4), True),
        (60, 900, 0, dict.fromkeys("ABCDEF", 4), False),
    ],
)
def test_a_screen_that_was_not_restricted_to_its_group_is_found(
    members, stocks, tonight, former, expected
):
    assert is_of_others(members, stocks, tonight, former) is expected

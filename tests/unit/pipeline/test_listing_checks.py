"""How much of a list may change before it is doubted: always a share of what is known."""

from __future__ import annotations

import pytest

from spock_core.domain import Exchange
from spock_core.domain.events import RefusalKind
from spock_core.pipeline.listing_checks import (
    Refused,
    check_content,
    check_passed,
    check_twice,
)
from spock_core.store.lists.comparison import ListComparison

LIST = Exchange("XTST", "Test Exchange", "JPY", kis_code="TST")


def refusal(found: ListComparison) -> RefusalKind | None:
    check_content(LIST, found, accept_changed=True)
    try:
        check_content(LIST, found, accept_changed=False)
    except Refused as refused:
        assert "--accept-shrunk" in str(refused)
        return refused.kind
    return None


@pytest.mark.parametrize("known", [10, 400, 100_000])
def test_the_bounds_are_shares_whatever_the_size(known: int):
    part = known // 10
    assert refusal(ListComparison(known, kept=8 * part, new=2 * part, retyped=part)) is None
    assert refusal(ListComparison(known, known - 3 * part, 0, 0)) is RefusalKind.CHANGED
    assert refusal(ListComparison(known, known, new=6 * part, retyped=0)) is RefusalKind.GREW
    assert refusal(ListComparison(known, known, 0, retyped=2 * part)) is RefusalKind.CHANGED


def test_the_first_list_of_a_register_has_nothing_to_be_compared_with():
    assert refusal(ListComparison(0, 0, 5_000, 0)) is None


def test_one_instrument_may_change_in_any_list():
    assert refusal(ListComparison(known=2, kept=1, new=1, retyped=1)) is None
    assert refusal(ListComparison(known=3, kept=1, new=1, retyped=0)) is RefusalKind.CHANGED


def test_a_refusal_tells_the_numbers():
    with pytest.raises(Refused, match=r"TST: 1,200 of 4,000 instruments .* 1,100 are new"):
        check_content(LIST, ListComparison(4_000, 2_800, 1_100, 0), accept_changed=False)
    with pytest.raises(Refused, match=r"TST: 900 of 4,000 keys name another instrument"):
        check_passed(LIST, 900, 4_000, accept_changed=False)
    with pytest.raises(Refused, match=r"TST: 900 of 4,000 tickers are listed more than once"):
        check_twice(LIST, 900, 4_000, accept_changed=False)

"""The planner: bulk when much is missing, single when little is, and nothing when nothing is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from spock_core.domain.queries import Provider
from spock_core.domain.stock import AskableStock, KnownStock, PendingStock, StockKey
from spock_core.pipeline.fetch.costs import Abilities
from spock_core.pipeline.fetch.plan import Plan, cheapest_plan
from spock_core.sources.yahoo.sources import YahooProfile, YahooScreener

INDUSTRIES = [f"Industry {n}" for n in range(145)]
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
VENUES = {"XAAA": ("AAA",), "XBBB": ("BBB", "BBC"), "XNIL": ()}
YAHOO = Provider("yahoo", YahooScreener(), YahooProfile())


def needs(number: int, mic: str = "XAAA", region: str = "AA", **values: Any) -> list[PendingStock]:
    found = []
    for n in range(number):
        stock = AskableStock(StockKey(region, f"{mic}{n:05}"), mic, None, f"{mic}{n}")
        blank = PendingStock(
            stock, None, missed=False, asked_at=None, listed_at=NOW, symbol=f"{mic}{n}"
        )
        found.append(blank._replace(**values))
    return found


def known_stocks(counts: dict[tuple[str, str], int]) -> list[KnownStock]:
    found = []
    for (mic, group), number in counts.items():
        for n in range(number):
            stock = AskableStock(StockKey("KK", f"{mic} {group} {n}"), mic, None)
            found.append(KnownStock(stock, {}, group, by_group=False, said_at=NOW))
    return found


def abilities(groups: Any = INDUSTRIES, **values: Any) -> Abilities:
    shares = groups if isinstance(groups, dict) else dict.fromkeys(groups, 0.0)
    return Abilities(
        shares, 250, lambda stock: VENUES.get(stock.exchange, ()), most_present=200, **values
    )


def plan(
    found: list[PendingStock],
    counts: dict[tuple[str, str], int] | None = None,
    profiles: int = 500,
    screener: bool = True,
    doubtful: int = 0,
) -> Plan:
    able = abilities(INDUSTRIES if screener else (), budget=profiles, doubtful=doubtful)
    return cheapest_plan(YAHOO, found, able, known=known_stocks(counts or {}))


def test_nothing_is_asked_when_nothing_is_missing():
    assert plan([]).requests == {"yahoo-screener": 0, "yahoo-quote": 0, "yahoo-profile": 0}


def test_a_few_are_asked_one_by_one():
    found = plan(needs(5))
    assert found.requests == {"yahoo-screener": 0, "yahoo-quote": 0, "yahoo-profile": 5}


def test_many_are_screened():
    found = plan(needs(5_000))
    assert len(found.screens) == 145
    assert found.requests["yahoo-screener"] < 200
    assert not found.singles
    assert found.screens[0].venues == ("AAA",)


def test_a_hundred_cost_less_one_by_one_than_all_industries():
    assert not plan(needs(100)).screens
    assert plan(needs(200)).screens


def test_one_big_and_one_small_region_are_asked_each_in_its_cheapest_way():
    found = plan(
        [*needs(5_000), *needs(20, "XBBB", "BB")], counts={("XAAA", i): 34 for i in INDUSTRIES}
    )
    # both are covered by the same screens: adding exchanges to a screen costs nothing here
    assert found.requests["yahoo-screener"] + len(found.singles) <= 145 + 20


def test_stale_stocks_of_few_industries_are_screened_narrowly():
    found = plan(needs(60, group="Industry 7"), counts={("XAAA", "Industry 7"): 300})
    [screen] = found.screens
    assert (screen.group, screen.cost) == ("Industry 7", 2)
    assert len(found.screened) == 60


def test_what_a_screen_missed_is_asked_one_by_one_within_the_budget_oldest_first():
    old = needs(3, missed=True, asked_at=datetime(2020, 1, 1, tzinfo=UTC))
    new = needs(3, "XNEW", missed=True, asked_at=datetime(2026, 1, 1, tzinfo=UTC))
    found = plan([*new, *old], profiles=4)
    assert [need.key for need in found.singles[:3]] == [need.key for need in old]
    assert (len(found.singles), found.left) == (4, 2)


def test_a_venue_that_yahoo_has_no_code_for_is_asked_one_by_one():
    found = plan(needs(50, "XNIL"))
    assert not found.screens
    assert len(found.singles) == 50


def test_without_the_screener_all_is_left_to_profiles():
    found = plan(needs(1_000), screener=False)
    assert not found.screens
    assert (len(found.singles), len(found.beyond), found.left) == (500, 500, 500)
    assert found.requests["yahoo-quote"] == 6


def test_quotes_are_asked_of_many_alone_and_within_a_budget():
    assert plan(needs(11), screener=False).presence == 0
    assert plan(needs(12), screener=False).presence == 1
    assert plan(needs(12), screener=False, profiles=0).presence == 0
    assert plan(needs(5_000)).presence == 2


def test_stocks_that_no_screen_is_asked_for_are_expected_to_be_known():
    able = abilities(budget=500, known_share=0.1)
    asked_alone = cheapest_plan(YAHOO, needs(50), able)
    assert asked_alone.requests == {"yahoo-screener": 0, "yahoo-quote": 1, "yahoo-profile": 50}
    screened = cheapest_plan(YAHOO, needs(5_000), able)
    assert screened.requests["yahoo-profile"] == 25  # a tenth of those that screens leave


def test_without_profiles_the_rest_is_left():
    found = plan(needs(5), profiles=0)
    assert (len(found.singles), found.left) == (0, 5)


def test_keys_in_doubt_are_asked_outside_of_the_budget_and_bounded():
    found = plan(needs(5, missed=True) + needs(4, "XBBB", doubtful=True), profiles=2, doubtful=3)
    assert [need.doubtful for need in found.singles] == [True] * 3 + [False] * 2
    assert found.left == 4
    assert (found.abilities.budget, found.doubtful_room) == (2, 0)


def test_many_keys_in_doubt_are_screened_with_the_rest():
    found = plan(needs(5_000) + needs(40, doubtful=True), doubtful=250)
    assert len(found.screened) == 5_040
    assert not found.singles
    assert found.doubtful_room == 250


def test_the_cost_is_what_the_register_knows_of_the_industries():
    counts = {("XAAA", name): 600 for name in INDUSTRIES}
    assert plan(needs(5_000), counts=counts).requests["yahoo-screener"] == 145 * 3


def test_due_stocks_are_counted_by_region():
    found = plan([*needs(5), *needs(7, "XBBB", "BB")])
    assert found.due == {"AA": 5, "BB": 7}


def test_a_first_run_is_estimated_by_what_industries_usually_have():
    usual = dict(YahooScreener().groups())
    found = cheapest_plan(YAHOO, needs(11_773), abilities(usual))
    assert 140 <= found.requests["yahoo-screener"] <= 170


def test_a_stock_whose_profile_rests_is_screened_but_not_asked_one_by_one():
    resting = needs(300, rests=True)
    assert len(plan(resting).screened) == 300
    assert plan(resting).expected == 0
    assert not plan(needs(5, rests=True)).singles


def test_a_screen_must_have_the_stocks_that_a_screen_had_before():
    known = [
        KnownStock(need.stock, {"industry": "Industry 7"}, "Industry 7", by, NOW)
        for need, by in zip(needs(4), (True, True, True, False), strict=True)
    ]
    found = cheapest_plan(YAHOO, needs(200), abilities(budget=9), known=known)
    [canaries] = [keys for screen, keys in found.canaries.items() if keys]
    assert canaries == {one.key for one in known[:3]}

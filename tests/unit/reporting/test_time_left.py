"""The time left counts what is still to ask, at the rate that is reached."""

from __future__ import annotations

from spock_core.domain.events import RequestMade
from spock_core.domain.results import Planned
from spock_core.reporting.time_left import TimeLeft


def after(made: int, every_s: float, rate: float = 2.0, planned: int = 100) -> TimeLeft:
    moments = iter([n * every_s for n in range(made)])
    left = TimeLeft(clock=lambda: next(moments))
    left.plan(Planned({"yahoo-screener": planned - 20, "yahoo-profile": 20}))
    for _ in range(made):
        left.count(RequestMade("yahoo", "ok", 0.1, rate=rate, ceiling=2.0))
    return left


def test_single_profiles_count_as_much_as_screens():
    assert after(50, 0.5).seconds == 25
    assert f"{after(50, 0.5)}" == "50/100 requests, 0:25 left"


def test_slow_answers_and_a_lowered_rate_make_it_longer():
    assert after(50, 2.0).seconds == 100
    assert after(50, 0.5, rate=0.5).seconds == 100


def test_more_requests_than_planned_are_told():
    assert f"{after(30, 0.5, planned=25)}" == "30/30 requests, 0:00 left"


def test_requests_of_providers_without_a_rate_are_not_counted():
    left = TimeLeft()
    left.count(RequestMade("kis", "ok", 0.1))
    assert not f"{left}"

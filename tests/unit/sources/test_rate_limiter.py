"""The rate limiter: a ceiling that nothing passes, a rate that falls at once and climbs back."""

from __future__ import annotations

import threading
import time
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core.sources.http.rate_limiter import (
    MIN_RATE_SHARE,
    RECOVERY_RESPONSES,
    AdaptiveRateLimiter,
)
from tests.support.sleeping_clock import Clock


def a_limiter(ceiling: float) -> tuple[AdaptiveRateLimiter, Clock]:
    clock = Clock()
    return AdaptiveRateLimiter(ceiling, clock, clock.sleep), clock


@given(st.floats(0.1, 90), st.lists(st.sampled_from(["ok", "slow", "429", "idle"]), max_size=120))
def test_no_second_ever_holds_more_than_the_ceiling(ceiling: float, story: list[str]):
    limiter, clock = a_limiter(ceiling)
    passed = []
    for event in story:
        limiter.acquire()
        passed.append(clock.now)
        if event == "ok":
            limiter.record_response(0.1)
        elif event == "slow":
            limiter.record_response(60)
        elif event == "429":
            limiter.slow_down()
        else:
            clock.now += 3
    for start in passed:
        assert sum(start <= at < start + 1 for at in passed) <= ceil(ceiling)
    assert ceiling * MIN_RATE_SHARE <= limiter.rate <= ceiling


def test_throttling_halves_the_rate_at_once_and_good_answers_give_it_back():
    limiter, _ = a_limiter(8)
    limiter.slow_down()
    assert limiter.rate == 4
    for _ in range(RECOVERY_RESPONSES):
        limiter.record_response(0.1)
    assert limiter.rate == pytest.approx(4.8)
    for _ in range(RECOVERY_RESPONSES * 10):
        limiter.record_response(0.1)
    assert limiter.rate == 8


def test_a_pause_that_the_provider_asks_for_is_kept():
    limiter, clock = a_limiter(10)
    limiter.acquire()
    before = clock.now
    limiter.slow_down(pause_s=42)
    limiter.acquire()
    assert clock.now - before >= 42


def test_answers_that_grow_slow_slow_it_down():
    limiter, _ = a_limiter(8)
    for _ in range(5):
        limiter.record_response(0.1)
    limiter.record_response(5.0)
    assert limiter.rate == 4


def test_all_threads_share_it():
    limiter = AdaptiveRateLimiter(50)
    passed: list[float] = []

    def work() -> None:
        for _ in range(6):
            limiter.acquire()
            passed.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 30
    assert max(passed) - min(passed) >= 29 / 50


@pytest.mark.parametrize("ceiling", [0, -1, float("nan")])
def test_a_ceiling_must_be_above_zero(ceiling: float):
    with pytest.raises(ValueError, match="above zero"):
        AdaptiveRateLimiter(ceiling)

"""Processes that share a provider's rate, in a time that passes only by waiting."""

from __future__ import annotations

from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spock_core.domain.errors import ProviderDown, StoreError
from spock_core.domain.workers.shared_rate import Ask, Grant
from spock_core.sources.http.bounds import Bounds
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.common import Common
from spock_core.sources.http.lease import ALONE_S, QUIET_S, WITHIN_S, Lease
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from tests.support.sleeping_clock import Clock


class Row:
    """What a register keeps of one provider."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.next, self.share, self.turns, self.made = 0.0, 1.0, 0, 0
        self.given_up: str | None = None
        self.asked = 0
        self.broken = False
        self.takes_s = 0.0
        """How long a statement takes until its answer is there."""

    def reserve(self, ask: Ask) -> Grant:
        self.asked += 1
        if self.broken:
            raise StoreError("the register is gone")
        if ask.answered:
            self.given_up = None
        self.made = ask.made + (0 if ask.answered else self.made)
        self.share = min(1.0, self.share + ask.raised)
        slots = ask.slots
        if ask.turn == self.turns:
            self.next -= ask.unused_s
            slots = ask.alone
        self.turns += 1
        self.next = max(self.next, self.clock.now - ask.late_s)
        wait_s = self.next - self.clock.now
        if wait_s > ask.within_s:
            slots = 0
        self.next += slots * ask.interval_s / self.share
        self.clock.now += self.takes_s
        return Grant(slots, wait_s, self.share, self.turns, self.made, self.given_up)

    def slow_down(self, pause_s: float, *, factor: float, least: float) -> Grant:
        if self.broken:
            raise StoreError("the register is gone")
        self.share = max(least, self.share * factor)
        self.turns += 1
        self.next = max(self.next, self.clock.now + pause_s)
        return Grant(0, pause_s, self.share, self.turns, self.made, self.given_up)

    def give_up(self, reason: str) -> None:
        self.given_up = reason


class Process:
    """One process with a limiter and a circuit breaker."""

    def __init__(self, row: Row, ceiling: float = 20, *, alone: bool = False) -> None:
        self.common = Common(row)
        self.limiter = AdaptiveRateLimiter(
            ceiling, row.clock, row.clock.sleep, Lease(self.common, alone=alone)
        )
        self.breaker = CircuitBreaker("it", Bounds(), clock=row.clock, common=self.common)
        self.passed: list[float] = []

    def ask(self, *, answered: bool = True) -> None:
        self.limiter.acquire()
        self.breaker.begin()
        self.passed.append(self.limiter._clock())
        if answered:
            self.breaker.record_answer()
            self.limiter.record_response(0.1)
        else:
            self.breaker.record_failure("the server answered HTTP 503", 0.1)
        self.breaker.end()


@pytest.fixture
def row() -> Row:
    return Row(Clock())


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(start <= at < start + 1 for at in moments) for start in moments)


@settings(max_examples=60)
@given(
    st.floats(0.5, 60),
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["ok", "slow", "429", "idle"])), max_size=90
    ),
)
def test_no_second_ever_holds_more_than_the_rate_whoever_asks(
    ceiling: float, story: list[tuple[int, str]]
):
    row = Row(Clock())
    processes = [Process(row, ceiling, alone=number == 0) for number in range(3)]
    passed = []
    for number, event in story:
        limiter = processes[number].limiter
        limiter.acquire()
        passed.append(row.clock.now)
        if event == "ok":
            limiter.record_response(0.1)
        elif event == "slow":
            limiter.record_response(60)
        elif event == "429":
            limiter.slow_down()
        else:
            row.clock.now += 3
    assert not passed or most_in_a_second(passed) <= ceil(ceiling)


def test_one_busy_process_uses_the_whole_rate_beside_idle_ones(row: Row):
    busy, *idle = [Process(row) for _ in range(3)]
    for process in idle:
        process.ask()
    began = row.clock.now
    while row.clock.now < began + 20:
        busy.ask()
    assert len(busy.passed) / 20 >= 18
    assert most_in_a_second(busy.passed) <= 20


def test_processes_in_turns_use_the_whole_rate_together(row: Row):
    processes = [Process(row) for _ in range(3)]
    began = row.clock.now
    while row.clock.now < began + 20:
        for process in processes:
            process.ask()
    moments = sorted(moment for process in processes for moment in process.passed)
    assert len(moments) / (row.clock.now - began) >= 18
    assert most_in_a_second(moments) <= 20


def test_a_process_that_is_alone_pays_a_statement_a_second_and_is_as_quick(row: Row):
    process = Process(row, alone=True)
    alone = AdaptiveRateLimiter(20, clock := Clock(), clock.sleep)
    for number in range(400):
        process.ask()
        alone.acquire()
        if number % 7 == 3:  # an answer that takes a while
            clock.now += 0.3
            row.clock.now += 0.3
    assert row.clock.now == pytest.approx(clock.now, abs=0.01)
    assert row.asked <= (row.clock.now - 100) / ALONE_S * 2


def test_one_that_begins_waits_for_another_no_longer_than_a_second(row: Row):
    first = Process(row, alone=True)
    for _ in range(30):
        first.ask()
    second = Process(row)
    began = row.clock.now
    second.ask()
    assert row.clock.now - began <= ALONE_S + 0.1
    for _ in range(20):  # from now on both have their share
        first.ask()
        began = row.clock.now
        second.ask()
        assert row.clock.now - began <= 0.2


@pytest.mark.parametrize("alone", [True, False])
def test_a_register_that_takes_a_while_brings_no_two_requests_closer(row: Row, alone: bool):
    row.takes_s = 0.02
    process = Process(row, alone=alone)
    for number in range(60):
        process.ask()
        if number % 7 == 3:
            row.clock.now += 3
    gaps = [after - before for before, after in pairwise(process.passed)]
    assert min(gaps) >= 1 / 20 if alone else most_in_a_second(process.passed) <= 20


def test_one_that_is_alone_again_takes_a_second_at_a_time_again(row: Row):
    first, second = Process(row, alone=True), Process(row)
    first.ask()
    second.ask()
    while row.clock.now < 100 + 2 * QUIET_S:
        first.ask()
    row.asked = 0
    for _ in range(60):
        first.ask()
    assert row.asked <= 5


def test_what_one_process_is_asked_for_all_of_them_keep(row: Row):
    first, second = Process(row), Process(row)
    first.ask()
    second.ask()
    first.limiter.slow_down(pause_s=30)
    began = row.clock.now
    second.limiter.acquire()
    assert row.clock.now - began >= 30 - WITHIN_S
    assert second.limiter.rate == first.limiter.rate == 10
    while second.limiter.rate < 20:
        second.ask()
    first.ask()
    assert first.limiter.rate == 20


def test_the_requests_without_an_answer_of_all_processes_are_bounded_together(row: Row):
    processes = [Process(row) for _ in range(4)]
    sent = 0

    def ask(process: Process) -> bool:
        nonlocal sent
        try:
            process.ask(answered=False)
        except ProviderDown:
            return False
        sent += 1
        return True

    asking = list(processes)
    while asking:
        asking = [process for process in asking if ask(process)]
    assert 36 <= sent <= Bounds().requests
    for process in processes:
        with pytest.raises(ProviderDown, match="no answer, the last: the server answered HTTP 503"):
            process.breaker.check()


def test_an_answer_to_any_process_begins_the_count_anew(row: Row):
    first, second = Process(row), Process(row)
    for _ in range(30):
        first.ask(answered=False)
    second.ask()
    for _ in range(30):
        second.ask(answered=False)
    second.ask()
    assert not second.breaker.is_open


def test_what_one_process_gave_up_the_others_give_up_and_say_so(row: Row):
    first, second = Process(row), Process(row)
    second.ask(answered=False)
    first.ask(answered=False)
    first.breaker.record_throttling("the server answered HTTP 429", 0.1, 5, retry_after=4000)
    assert first.breaker.is_open
    with pytest.raises(
        ProviderDown, match=r"another process gave it up, .* left alone for 4,000 s"
    ):
        second.ask(answered=False)


def test_one_that_gets_answers_goes_on_when_another_gave_up(row: Row):
    first, second = Process(row), Process(row)
    for _ in range(Bounds().requests):
        second.ask()
        first.ask(answered=False)
    second.ask()
    assert first.breaker.is_open
    second.ask()
    assert not second.breaker.is_open


def test_a_register_that_is_gone_is_an_error_and_no_request_passes(row: Row):
    process = Process(row)
    row.broken = True
    process.limiter.slow_down(1)
    process.breaker.record_failure("no connection", 0.1)
    with pytest.raises(StoreError, match="the register is gone"):
        process.limiter.acquire()


def test_a_request_that_comes_a_little_late_makes_those_that_follow_no_later(row: Row):
    busy, other = Process(row), Process(row)
    other.ask()
    for _ in range(20):
        busy.ask()
        row.clock.now = busy.limiter._next + 0.012  # the next one comes 12 ms after its moment
    assert busy.passed[-1] - busy.passed[0] <= 19 * 1.05 / 20 + 0.013
    assert most_in_a_second(busy.passed) <= 20

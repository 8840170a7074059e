"""The rate that all processes on one register share: who asks gets moments that nobody else has."""

from __future__ import annotations

import pickle
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from spock_core.domain.errors import StoreError
from spock_core.domain.workers.shared_rate import Ask, Rates
from spock_core.store.connection.opening import open_database
from spock_core.store.fetching.provider_rates import rates_of, reset_rates

RATE = 1000.0
FAR_S = 1e6
"""Nothing is too far ahead: moments are counted, not waited for."""


@pytest.fixture
def rates() -> Iterator[Rates]:
    open_database("sqlite:///spock.db", create=True).close()
    found = rates_of("sqlite:///spock.db", 30.0)
    assert found is not None
    yield found


def ask(slots: int = 1, **rest: Any) -> Ask:
    return Ask(slots, slots, 1 / RATE, FAR_S)._replace(**rest)


def take(rates: Rates, times: int) -> list[tuple[int, int]]:
    """Takes moments, one or more at a time. Returns the turn of each grant, and how many it had."""
    with rates.open("it") as rate:
        grants = [rate.reserve(ask(1 + number % 3)) for number in range(times)]
    return [(grant.turn, grant.slots) for grant in grants]


def read_row(columns: str) -> tuple[float, ...]:
    with closing(sqlite3.connect("spock.db")) as connection:
        row: tuple[float, ...] = connection.execute(
            f"SELECT {columns} FROM provider_rates"
        ).fetchone()
    return row


def test_processes_take_moments_that_nobody_else_has(rates: Rates):
    with rates.open("it") as rate:
        first = rate.reserve(ask())
        (began,) = read_row("next_at")
        with ProcessPoolExecutor(3, get_context("forkserver")) as pool:
            taken = [one for some in pool.map(take, [rates] * 6, [30] * 6) for one in some]
        last = rate.reserve(ask())
    assert sorted(turn for turn, _ in taken) == list(range(2, 182))
    assert (first.turn, last.turn) == (1, 182)
    (ended,) = read_row("next_at")
    assert ended - began >= (1 + sum(slots for _, slots in taken)) / RATE - 1e-9


def test_moments_follow_each_other_at_the_rate_whoever_takes_them(rates: Rates):
    moments = []
    with rates.open("it") as one, rates.open("it") as other:
        for number in range(40):
            grant = (one if number % 3 else other).reserve(ask(2))
            assert grant.slots == 2
            moments.append(read_row("next_at")[0])
    assert min(after - before for before, after in pairwise(moments)) >= 2 / RATE - 1e-9


def test_moments_that_were_not_used_go_back_unless_somebody_asked(rates: Rates):
    interval_s = 0.5
    """Minutes stay reserved, so that none of these moments comes while the test runs."""

    def asking(slots: int, **rest: Any) -> Ask:
        return ask(slots, alone=slots, interval_s=interval_s, **rest)

    with rates.open("it") as one, rates.open("it") as other:
        grant = one.reserve(asking(500))
        (before,) = read_row("next_at")
        one.reserve(asking(1, turn=grant.turn, unused_s=100))
        assert read_row("next_at")[0] == pytest.approx(before - 100 + interval_s, abs=1e-6)
        grant = one.reserve(asking(500))
        other.reserve(asking(1))
        (before,) = read_row("next_at")
        one.reserve(asking(1, turn=grant.turn, unused_s=100))
        assert read_row("next_at")[0] == pytest.approx(before + interval_s, abs=1e-6)


def test_one_that_nobody_disturbed_gets_more(rates: Rates):
    with rates.open("it") as one, rates.open("it") as other:
        grant = one.reserve(ask(1, alone=20))
        assert grant.slots == 20
        grant = one.reserve(ask(1, alone=20, turn=grant.turn))
        assert grant.slots == 20
        other.reserve(ask())
        assert one.reserve(ask(1, alone=20, turn=grant.turn)).slots == 1


def test_a_pause_and_a_lower_rate_are_those_of_all(rates: Rates):
    with rates.open("it") as one, rates.open("it") as other:
        one.slow_down(40, factor=0.5, least=0.25)
        refused = other.reserve(ask(within_s=0.5))
        assert (refused.slots, refused.share) == (0, 0.5)
        assert 30 < refused.wait_s <= 40
        granted = other.reserve(ask(raised=0.1))
        assert (granted.slots, granted.share) == (1, 0.6)
        for _ in range(3):
            slowest = one.slow_down(0, factor=0.5, least=0.25)
        assert slowest.share == 0.25
        assert other.reserve(ask(raised=5.0)).share == 1


def test_requests_without_an_answer_are_counted_together_until_there_is_one(rates: Rates):
    with rates.open("it") as one, rates.open("it") as other:
        one.reserve(ask(made=3))
        other.give_up("nothing came")
        told = other.reserve(ask(made=4))
        assert (told.made, told.given_up) == (7, "nothing came")
        told = one.reserve(ask(made=2, answered=True))
        assert (told.made, told.given_up) == (2, None)


def test_each_provider_has_its_own(rates: Rates):
    with rates.open("it") as one, rates.open("another") as other:
        one.slow_down(100, factor=0.5, least=0.25)
        grant = other.reserve(ask(within_s=0.5))
        assert (grant.slots, grant.share, grant.turn) == (1, 1.0, 1)


def test_a_moment_from_before_the_clock_was_set_back_is_not_waited_for(rates: Rates):
    with rates.open("it") as rate:
        rate.reserve(ask())
        with closing(sqlite3.connect("spock.db", isolation_level=None)) as connection:
            connection.execute("UPDATE provider_rates SET next_at = next_at + 100000")
        assert rate.reserve(ask(within_s=0.5)).slots == 1


def test_a_run_that_begins_tries_again_what_was_given_up(rates: Rates):
    database = open_database("sqlite:///spock.db", create=False)
    with rates.open("it") as rate:
        rate.slow_down(100, factor=0.5, least=0.25)
        rate.reserve(ask(made=40))
        rate.give_up("nothing came")
        with database.write() as connection:
            reset_rates(connection, alone=False)
        grant = rate.reserve(ask())
        assert (grant.made, grant.given_up, grant.share) == (0, None, 0.5)
        with database.write() as connection:
            reset_rates(connection, alone=True)
        grant = rate.reserve(ask())
        assert (grant.turn, grant.share, grant.wait_s) == (1, 1.0, 0.0)
    database.close()


def test_a_worker_is_told_without_a_password_that_could_be_read():
    rates = rates_of("postgresql+psycopg://spock:geheim@db.example/spock", 30.0)
    assert rates is not None
    assert "geheim" not in repr(rates)
    assert "geheim" not in f"{pickle.loads(pickle.dumps(rates))}"


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: shutil.copy(path, "copy.db")])
def test_a_worker_that_finds_another_register_says_so(rates: Rates, harm):
    path = Path("spock.db")
    harm(path)
    if Path("copy.db").exists():
        Path("copy.db").replace(path)
    with (
        rates.open("it") as rate,
        pytest.raises(
            StoreError, match=r"this is not the run's register on .*PostgreSQL"
        ) as caught,
    ):
        rate.reserve(ask())
    assert "\n" not in str(caught.value)


def test_other_databases_have_none():
    assert rates_of("mysql+pymysql://db.example/spock", 30.0) is None

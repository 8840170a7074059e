"""A group that has no answer which can be used costs its own stocks alone, and is asked for again
later and later: of any provider, whether its answer is unreadable, hollow or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.acme import Acme, plugin, serve_acme
from tests.support.distributions import Bring

BUSINESSES = ("Banks", "Software", "Mines")
FAILED = "SELECT industry, because, times FROM failed_screens"
BAD = {
    "unreadable": (200, b'{"members": ["HK:00001", '),
    "hollow": (200, {"members": [], "total": 40}),
    "failed": (500, {}),
}
PATTERN = {
    "unreadable": (1, 0, 1, 0, 1),
    "hollow": (1, 1, 1, 0, 1),
}
"""Whether each run asks for the bad group, 0, 1, 24, 48 and 192 hours after the first one."""


@pytest.fixture
def acme(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acme]:
    """The server, and its plugin."""
    with serve_acme() as server:
        bring("spock-acme", plugin(), entry="acme")
        monkeypatch.setenv("SPOCK_ACME_URL", server.url)
        yield server


@pytest.fixture
def night(spock: Spock, master_files: Path, acme: Acme, register) -> Callable[..., Outcome]:
    """One run for Hong Kong, all of whose stocks Acme has."""

    def run(sources: str, *arguments: object) -> Outcome:
        return spock(
            "enrich", "--json", "--regions", "HK", "--kis-master-url", master_files,
            "--retry-delay", 0, "--max-retries", 1, "--sources", *sources.split(), *arguments,
        )  # fmt: skip

    run("kis")
    rows = register(
        "SELECT region || ':' || ticker, exchange FROM tickers WHERE asset_type = 'STOCK'"
    )
    for number, (symbol, mic) in enumerate(sorted(rows)):
        acme.businesses[symbol] = BUSINESSES[number % 3], mic
    return run


def said(register) -> int:
    [(number,)] = register("SELECT count(*) FROM observations WHERE source LIKE 'acme-%'")
    return int(number)


def own(acme: Acme, group: str) -> int:
    return sum(business == group for business, _ in acme.businesses.values())


@pytest.mark.parametrize("because", BAD)
def test_all_others_are_concluded_and_its_own_fail(night, acme, register, because):
    acme.bad["Mines"] = BAD[because]
    outcome = night("acme-groups")
    assert outcome.code == 1
    assert said(register) == len(acme.businesses) - own(acme, "Mines")
    assert outcome.document["totals"]["failed"] == own(acme, "Mines")
    assert register(FAILED) == [("Mines", because, 1)]
    assert register("SELECT * FROM unknowns") == []


@pytest.mark.parametrize("because", PATTERN)
def test_it_is_asked_for_later_and_later(night, acme, register, noon, spock, because):
    acme.bad["Mines"] = BAD[because]
    for hours, asks in zip((0, 1, 23, 24, 144), PATTERN[because], strict=True):
        before = acme.counters["/group"]
        noon.shift(timedelta(hours=hours))
        assert night("acme-groups").code == asks
        assert (acme.counters["/group"] > before) == asks
        assert before == 0 or acme.counters["/group"] <= before + 6, "no other group is asked for"
    [(_, _, times)] = register(FAILED)
    assert times == sum(PATTERN[because])
    told = " ".join(spock("doctor").out.split())
    assert f"'Mines' was {because} {times} times in a row" in told
    acme.bad.clear()
    noon.shift(timedelta(days=30))
    assert night("acme-groups").code == 0
    assert said(register) == len(acme.businesses)
    assert register(FAILED) == []


def test_while_it_rests_its_stocks_are_asked_about_themselves(night, acme, register):
    acme.bad["Mines"] = BAD["unreadable"]
    assert night("acme-groups acme-stocks").code == 1
    asked = acme.counters["/group"]
    assert night("acme-groups acme-stocks").code == 0
    assert acme.counters["/group"] == asked
    assert acme.counters["/stocks"] == -(-own(acme, "Mines") // 20)
    assert said(register) == len(acme.businesses)


def test_the_only_group_of_a_night_fails_alone_where_the_provider_answers(night, acme, register):
    assert night("acme-groups acme-stocks").code == 0
    register(
        "UPDATE observations SET observed_at = '2020-01-01 00:00:00.000000' "
        "WHERE json_extract(words, '$.business') = 'Mines'"
    )
    acme.bad["Mines"] = BAD["unreadable"]
    assert night("acme-groups acme-stocks").code == 1
    assert register(FAILED) == [("Mines", "unreadable", 1)]
    assert acme.counters["/stocks"] == 1, "the proof that it answers"


def test_a_forced_run_asks_for_it_all_the_same(night, acme, register):
    acme.bad["Mines"] = BAD["unreadable"]
    assert night("acme-groups").code == 1
    acme.bad.clear()
    assert night("acme-groups", "--force-refresh").code == 0
    assert said(register) == len(acme.businesses)
    assert register(FAILED) == []


def test_where_all_groups_fail_it_is_an_outage(night, acme, register):
    acme.bad = dict.fromkeys(BUSINESSES, BAD["hollow"])
    assert night("acme-groups acme-stocks").code == 1
    assert register(FAILED) == []
    assert register("SELECT * FROM unknowns") == []

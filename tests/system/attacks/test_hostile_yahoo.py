"""Whatever Yahoo answers, a run ends soon, says what happened, and harms nothing that is known."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest

from spock_core.sandbox.server import Sandbox
from tests.system.attacks.moves import new_cookies, relay_to
from tests.system.attacks.yahoo_attacks import OUTAGES, POISONS, WORDS, Attack

SAID = "SELECT count(*) FROM observations WHERE source = 'yahoo-profile'"
SECRET = "open-sesame-in-the-environment"


def known(sandbox: Sandbox) -> list[str]:
    """The symbols of Vietnam that Yahoo knows."""
    return sorted(symbol for symbol in sandbox.yahoo.known if symbol.endswith(".VN"))


def by_name(attacks: tuple[Attack, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("attack", attacks, ids=[one.name for one in attacks])


@by_name(OUTAGES)
def test_an_outage_of_any_shape(attack, yahoo_night, monkeypatch, register):
    monkeypatch.setenv("HOUSE_KEY", SECRET)
    started = time.monotonic()
    outcome, server = yahoo_night(attack.where, attack.move)
    assert time.monotonic() - started < attack.seconds
    assert outcome.code == attack.code
    error = outcome.region("VN")["error"]
    assert error.startswith("yahoo: ")
    assert re.search(attack.says, error)
    assert "Traceback" not in outcome.err
    assert len(server.seen) <= attack.most
    assert SECRET not in "".join(server.seen) + outcome.out + outcome.err
    assert register(SAID) == [(0,)]
    assert register("SELECT count(*) FROM unknowns") == [(0,)]
    kept = "SELECT count(*) > 0 FROM stock_details WHERE sector_source = 'kis'"
    assert register(kept) == [(1,)]


@by_name(POISONS)
def test_one_poisoned_answer_costs_itself_alone(attack, yahoo_night, small_sandbox, register, noon):
    one, *others = known(small_sandbox)
    where = attack.where.format(one=one)
    outcome, _ = yahoo_night(where, attack.move)
    assert outcome.code == attack.code
    assert re.search(attack.says, outcome.region("VN")["error"])
    assert register(SAID) == [(len(others),)]
    noon.shift(timedelta(days=1))
    outcome, _ = yahoo_night(where, relay_to(small_sandbox.url))
    assert outcome.code == 0
    assert register(SAID) == [(len(others) + 1,)]


@pytest.mark.parametrize(("count", "size"), [(40, 300), (90, 20), (90, 3_000)])
def test_good_answers_that_all_set_cookies_leave_requests_small(
    count, size, yahoo_night, small_sandbox, register
):
    good = relay_to(small_sandbox.url, new_cookies(count, size))
    outcome, server = yahoo_night("", good)
    assert outcome.code == 0, outcome.err
    assert register(SAID) == [(len(known(small_sandbox)),)]
    assert max(map(len, server.seen)) < 10_000


@by_name(WORDS)
def test_hostile_words_are_made_harmless(attack, yahoo_night, small_sandbox, register, spock):
    one, *others = known(small_sandbox)
    outcome, _ = yahoo_night(attack.where.format(one=one), attack.move)
    assert outcome.code == attack.code
    assert register(SAID)[0][0] >= len(others)
    for words in ("show", one), ("list", "--regions", "VN"), ("export", "x.csv"):
        shown = spock(*words)
        assert shown.code == 0
        assert all(char.isprintable() or char.isspace() for char in shown.out + shown.err)

"""What a provider that refuses or is down may cost, whatever it answers: at the default settings,
in a time that passes only by waiting."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from requests import PreparedRequest
from urllib3 import HTTPHeaderDict

from spock_core.domain.errors import ProviderError, TransientError
from spock_core.domain.events import Retry
from spock_core.domain.stop import Stop
from spock_core.settings.model import Settings
from spock_core.sources.http import bounds, retry
from spock_core.sources.http.addresses import Addresses
from spock_core.sources.http.answers import Answer
from spock_core.sources.http.body import Body
from spock_core.sources.http.bounds import Bounds, Patience
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.gate import RequestGate, retry_after_s
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.http.retry import RetryPolicy, call_with_retries
from spock_core.sources.http.transport import Limits
from tests.support.project import DOCS

DEFAULTS = Settings.model_fields
RATE = DEFAULTS["yahoo_rate"].default
DELAY_S = DEFAULTS["retry_delay"].default
URL = "https://example.com/data"
QUESTIONS = 150

Reply = tuple[int, dict[str, str], float]
"""Status, headers and seconds of one response; status 0 is none at all."""
Story = Callable[[int], Reply]
"""What a provider answers to a request, by its number from 1."""


class Time(Stop):
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0

    def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 1e-6)


class Provider:
    """Answers by a story; asked as Yahoo and the lists are."""

    def __init__(
        self,
        story: Story,
        time: Time,
        patience: Patience | None = None,
        policy: RetryPolicy | None = None,
        rate: float = RATE,
    ) -> None:
        self.requests = 0
        self.retries: list[Retry] = []
        self.answered: set[int] = set()
        self.given_up = ""
        self._story, self._time = story, time
        self._policy = policy or RetryPolicy(delay_s=DELAY_S)
        self.breaker = CircuitBreaker("it", patience=patience, clock=lambda: time.now)
        self.gate = RequestGate(
            provider="it",
            addresses=Addresses([URL]),
            limits=Limits(30.0, 1_000),
            limiter=AdaptiveRateLimiter(rate, lambda: time.now, time.sleep),
            breaker=self.breaker,
            notify=lambda _: None,
            pause_s=self._policy.delay_s,
            stop=time,
        )

    def ask_all(self, questions: int = QUESTIONS, rounds: int = 3) -> None:
        """Asks all questions, and those that failed again, as a run does."""
        for _ in range(rounds):
            for question in sorted(set(range(questions)) - self.answered):
                try:
                    self.ask(question)
                    self.answered.add(question)
                except ProviderError as error:
                    self.given_up = str(error)

    def ask(self, question: int) -> Answer:
        return call_with_retries(
            lambda: self.gate.exchange(URL, self._send),
            "it",
            self._policy,
            self.breaker,
            self.retries.append,
            self._time,
        )

    def _send(self, limits: Limits) -> Answer:
        self.requests += 1
        status, headers, seconds = self._story(self.requests)
        self._time.now += min(seconds, limits.seconds)
        if seconds > limits.seconds or not status:
            raise TransientError("no answer", outcome="timeout")
        request = PreparedRequest()
        request.prepare("GET", URL)
        return Body(1_000).response(request, status, HTTPHeaderDict(headers))


def always(status: int, seconds: float = 0.3, **headers: str) -> Story:
    return lambda _: (status, {name.replace("_", "-"): v for name, v in headers.items()}, seconds)


def tomorrow(number: int) -> Reply:
    date = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    return 429, {"Retry-After": date}, 0.3


ATTACKS: dict[str, Story] = {
    "429": always(429),
    "429, try in 7 s": always(429, Retry_After="7"),
    "429, try in an hour": always(429, Retry_After="3600"),
    "429, try tomorrow": tomorrow,
    "429, try in a googol": always(429, Retry_After="9" * 100),
    "503": always(503),
    "503, try in an hour": always(503, Retry_After="3600"),
    "silence": always(0, 1e9),
    "dead port": always(0, 0.0),
    "slow and down": always(503, 29.0),
    "401": always(401),
    "403": always(403),
    "400": always(400),
    "page": always(200, Content_Type="text/html"),
    "redirect without address": always(302),
    "all kinds in turn": lambda n: always((429, 503, 401, 0)[n % 4])(n),
}


@pytest.mark.parametrize("answered", [0, 50])
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_provider_that_brings_no_answer_costs_little(attack: str, answered: int):
    def story(number: int) -> Reply:
        return (200, {}, 0.3) if number <= answered else ATTACKS[attack](number - answered)

    time = Time()
    provider = Provider(story, time)
    provider.ask_all(answered or QUESTIONS)
    started, before = time.now, provider.requests
    assert before == answered or not answered
    provider.ask_all()
    began = started if answered else 1_000.0
    assert provider.requests - answered <= (42 if answered and "429" in attack else 40)
    assert time.now - began <= 125
    assert "no more requests are made to it" in provider.given_up
    assert "brought no answer" in provider.given_up


@pytest.mark.parametrize(
    "policy", [RetryPolicy(3_000, DELAY_S), RetryPolicy(2, 0.2), RetryPolicy(1, 1e308),
               RetryPolicy(3_000, 0.0)],
)  # fmt: skip
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_bounds_hold_whatever_the_settings(attack: str, policy: RetryPolicy):
    time = Time()
    provider = Provider(ATTACKS[attack], time, policy=policy)
    provider.ask_all()
    assert provider.requests <= 40
    assert time.now - 1_000 <= 125


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("first", [1, 20])
def test_one_that_complains_for_a_while_is_only_slowed(status: int, first: int):
    last = first + (18 if status == 503 or first == 1 else 40)

    def story(number: int) -> Reply:
        return (status if first <= number <= last else 200), {}, 0.3

    provider = Provider(story, Time())
    provider.ask_all()
    assert provider.answered == set(range(QUESTIONS))
    assert not provider.breaker.is_open


def test_a_storm_of_forty_passes_at_any_pace():
    def story(number: int) -> Reply:
        return (429 if 20 <= number <= 60 else 200), {}, 0.01

    for policy in (RetryPolicy(), RetryPolicy(2, 0.2), RetryPolicy(3, 0.0)):
        for rate in (RATE, 90.0):
            provider = Provider(story, Time(), policy=policy, rate=rate)
            provider.ask_all()
            assert provider.answered == set(range(QUESTIONS))


def test_a_few_questions_that_are_never_answered_keep_no_other_from_being_asked():
    bad = {3, 4, 5, 6, 7, 100, 101, 102}

    class Poisoned(Provider):
        def ask(self, question: int) -> Answer:
            self.question = question
            return super().ask(question)

    time = Time()
    provider = Poisoned(
        lambda _: (503 if provider.question in bad else 200, {}, 0.1), time, policy=RetryPolicy()
    )
    provider.ask_all()
    assert provider.answered == set(range(QUESTIONS)) - bad


def test_all_providers_of_a_run_together_keep_to_a_bound():
    time, patience = Time(), Patience()
    providers = [Provider(always(503, 20.0), time, patience) for _ in range(12)]
    for provider in providers:
        provider.ask_all(20)
        assert provider.requests > 0
    assert time.now - 1_000 <= bounds.RUN_SECONDS


def test_the_trouble_of_some_providers_is_not_that_of_the_next():
    time, patience = Time(), Patience()
    for _ in range(3):
        Provider(always(503, 20.0), time, patience).ask_all(20)
    assert Provider(always(200, 5.0), time, patience).ask(0).status_code == 200


def test_a_wait_that_is_told_is_the_one_that_follows():
    time = Time()
    provider = Provider(lambda n: (429 if n == 1 else 200, {"Retry-After": "50"}, 0.0), time)
    provider.ask(0)
    [told] = provider.retries
    assert told.wait_s == pytest.approx(50, abs=0.1)
    assert time.now - 1_000 == pytest.approx(50, abs=1)


def test_the_time_that_a_provider_asks_for_is_remembered():
    provider = Provider(ATTACKS["429, try in an hour"], Time())
    provider.ask_all(2)
    assert provider.breaker.ask_again_s == 3_600
    assert "left alone for 3,600 s" in provider.given_up
    assert provider.requests == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), (" 7 ", 7), ("", None), (None, None), ("-1", None), ("soon", None), ("1e9", None),
     ("\N{SUPERSCRIPT TWO}", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
     ("Wed, 99 Foo 99999999 07:28:00 GMT", None), ("Mon, 1 Jan 99999999999999999999 00:00:00 GMT", None)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(header, seconds):
    assert retry_after_s(header) == seconds


def documented(name: str) -> float:
    """The number of a row of the table in the documentation."""
    text = (DOCS / "operations.md").read_text("utf-8")
    [value] = re.findall(rf"^\| {re.escape(name)} \| ([\d,]+)", text, re.M)
    return float(value.replace(",", ""))


def test_the_documented_bounds_are_those_of_the_code():
    from spock_core.domain.queries import Site
    from spock_core.pipeline.registers import table_stage
    from spock_core.sources import documents
    from spock_core.sources.http import cookies, download, session
    from spock_core.sources.kis import master_files, token
    from spock_core.sources.tables import fetch, headings, readers, workbook_process

    site = Site(addresses=(), rate=1.0)
    assert {
        "requests without an answer": Bounds().requests,
        "the same after answers, of HTTP 429": Bounds().throttled,
        "seconds without an answer": Bounds().seconds,
        "seconds of all providers of a run": bounds.RUN_SECONDS,
        "seconds for the retries of one question": retry.MAX_QUESTION_S,
        "requests for one file of a table source": table_stage.ATTEMPTS,
        "seconds without an answer of a table source": table_stage.TABLE_SECONDS,
        "cookies of a session": cookies.MOST_COOKIES,
        "bytes of the cookies of a session": cookies.MOST_COOKIE_BYTES,
        "redirects of one request": session.MAX_REDIRECTS,
        "seconds for one request of a query source": site.seconds,
        "seconds for one list": download.DEADLINE_S,
        "seconds for a token of KIS": token.LIMITS.seconds,
        "MiB of an answer to a query source": site.max_bytes / 2**20,
        "MiB of a KIS archive": master_files.MAX_ARCHIVE_BYTES / 2**20,
        "MiB of a file of a table source": fetch.MAX_TABLE_BYTES / 2**20,
        "cells of a table, four more for each row included": headings.MOST_CELLS,
        "characters of a line of a table": readers.LONGEST_LINE,
        "MiB of a JSON document of a table source": readers.MOST_JSON_BYTES / 2**20,
        "values in a JSON document of a table source": readers.MOST_JSON_VALUES,
        "MiB of memory of the process that reads a workbook": (
            workbook_process.MOST_MEMORY_BYTES / 2**20
        ),
        "seconds of a processor for a workbook": workbook_process.MOST_CPU_S,
        "values in a JSON document": documents.MAX_VALUES,
    } == {name: documented(name) for name in documented_names()}


def documented_names() -> list[str]:
    text = (DOCS / "operations.md").read_text("utf-8")
    table = text.partition("| bound | at most |\n|---|---|\n")[2].partition("\n\n")[0]
    return [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()]

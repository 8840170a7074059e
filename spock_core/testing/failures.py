"""Failures of contracts: what is wrong, and what to change where."""

from __future__ import annotations

import inspect
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest

from spock_core.domain import Listing
from spock_core.domain.text import sanitize

T = TypeVar("T")


def fail(failure: str, advice: str) -> NoReturn:
    """Fails the test with a line that says what is wrong and one that says what to change."""
    pytest.fail(f"{failure}\nTo fix it: {advice}", pytrace=False)


def location_of(rule: Callable[..., Any]) -> str:
    """Returns the file and line of a rule, or its representation if Python does not know them."""
    code = getattr(inspect.unwrap(rule), "__code__", None)
    if code is None:
        return repr(rule)
    path = Path(code.co_filename)
    return f"{path.parent.name}/{path.name}, line {code.co_firstlineno}"


def call_rule(name: str, rule: Callable[[Listing], T], listing: Listing) -> T:
    """Returns a rule's answer for a listing. Fails the test if the rule raises."""
    try:
        return rule(listing)
    except Exception as error:
        said = f"{type(error).__name__}: {sanitize(str(error), 200)}"
    fail(
        f"{name} raised {said} for {describe(listing)}",
        "return an answer for every listing, since one bad line would end the region's run: "
        f"{location_of(rule)}",
    )


def call_rule_again(name: str, rule: Callable[[Listing], T], listing: Listing) -> T:
    """Returns a rule's answer. Fails the test if it is not the same for each of three calls."""
    said = [call_rule(name, rule, listing) for _ in range(3)]
    if len(set(said)) > 1:
        fail(
            f"{name} returned {said[0]!r} and then {said[-1]!r} for {describe(listing)}",
            f"use nothing but the listing to decide: {location_of(rule)}",
        )
    return said[0]


def describe(listing: Listing) -> str:
    """Returns a short description of a listing."""
    return (
        f"ticker {listing.ticker!r} at {listing.exchange} ({listing.asset_type}), "
        f"name {_short(listing.name)}, local name {_short(listing.name_local)}"
    )


def _short(name: str | None) -> str:
    text = ascii(name)
    return text if len(text) <= 60 else f"{text[:40]}... ({len(name or ''):,} characters)"


class _TooSlow(BaseException):
    pass


@contextmanager
def time_limit(seconds: float, failure: str, advice: str) -> Iterator[None]:
    """Fails the test if the block takes more CPU time than this.

    Where the system has interval timers the block is interrupted, even in a regular expression;
    elsewhere the time is compared when the block has ended. What the interrupt turns into on its
    way out does not matter: a checked plugin takes it for a fault of the plugin.
    """
    rang = False

    def ring(_signal: int, _frame: object) -> None:
        nonlocal rang
        rang = True
        raise _TooSlow

    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    started = time.thread_time()
    if timed:
        before = signal.signal(signal.SIGVTALRM, ring)
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except BaseException:
        if not rang:
            raise
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
    if rang or (not timed and time.thread_time() - started > seconds):
        try:
            fail(failure, advice)
        except pytest.fail.Exception as outcome:
            raise outcome from None

"""How the kit says that a contract is not kept: the fault, and the place to mend it."""

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


def fail(fault: str, mend: str) -> NoReturn:
    """Ends the test with a sentence for the fault and one for what to do."""
    pytest.fail(f"{fault}\nTo mend it: {mend}", pytrace=False)


def place_of(rule: Callable[..., Any]) -> str:
    """File and line of a rule, as far as Python knows them."""
    code = getattr(inspect.unwrap(rule), "__code__", None)
    if code is None:
        return repr(rule)
    path = Path(code.co_filename)
    return f"{path.parent.name}/{path.name}, line {code.co_firstlineno}"


def ask(name: str, rule: Callable[[Listing], T], listing: Listing) -> T:
    """What a rule of the market answers for a listing; a rule that raises breaks its contract."""
    try:
        return rule(listing)
    except Exception as error:
        said = f"{type(error).__name__}: {sanitize(str(error), 200)}"
    fail(
        f"{name} raised {said} for {show(listing)}",
        f"answer for every listing, or one bad line ends the region's run: {place_of(rule)}",
    )


def ask_again(name: str, rule: Callable[[Listing], T], listing: Listing) -> T:
    """What a rule answers each time it is asked; a rule that changes its mind breaks a contract."""
    said = [ask(name, rule, listing) for _ in range(3)]
    if len(set(said)) > 1:
        fail(
            f"{name} gave {said[0]!r} and then {said[-1]!r} for {show(listing)}",
            f"let nothing but the listing decide: {place_of(rule)}",
        )
    return said[0]


def show(listing: Listing) -> str:
    """A listing in a few words."""
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
def within(seconds: float, fault: str, mend: str) -> Iterator[None]:
    """Fails where what is done inside takes more CPU time than that.

    Where the system has timers, it is ended at once, even inside a regular expression.
    """
    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    started = time.thread_time()
    late = False
    if timed:
        before = signal.signal(signal.SIGVTALRM, _ring)
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except _TooSlow:
        late = True
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
    if late or (not timed and time.thread_time() - started > seconds):
        try:
            fail(fault, mend)
        except pytest.fail.Exception as failure:
            raise failure from None


def _ring(_signal: int, _frame: object) -> None:
    raise _TooSlow

"""Named moments of a run: a test waits until one is reached, and not for a time.

`hold` stops a run at a request to the sandbox for as long as the test needs; `COUNTS_STEPS`
counts, in the run's own process, the steps by which the register changes, and can copy the folder
and end the process before one of them.
"""

from __future__ import annotations

import textwrap
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from spock_core.sandbox.messages import Request, Response
from tests.support.child import HANG_S


class Site(Protocol):
    """A site of the sandbox: `sandbox.kis`, `sandbox.yahoo`."""

    def respond(self, request: Request, counters: Counter[str]) -> Response | None:
        """The response, or None for a request to another site."""


class Held:
    """Requests that are held: each has been counted and none has been answered."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._released = threading.Event()

    def wait(self) -> None:
        """Waits until the run has made the request that is held."""
        assert self._reached.wait(HANG_S), "the run never made the request that would be held"

    def release(self) -> None:
        """Lets all answers go, now and from now on."""
        self._released.set()

    def pass_through(self) -> None:
        """Holds the thread that answers."""
        self._reached.set()
        self._released.wait(HANG_S)


@contextmanager
def hold(site: Site, number: int = 1, path: str = "") -> Iterator[Held]:
    """Holds the answers to all requests from the given one on, counted from 1.

    `path` restricts this to requests whose path contains it; others are answered.
    """
    held, seen, lock, answer = Held(), Counter[str](), threading.Lock(), site.respond

    def answer_later(request: Request, counters: Counter[str]) -> Response | None:
        found = answer(request, counters)
        if found is not None and path in request.path:
            with lock:
                seen[path] += 1
                due = seen[path] >= number
            if due:
                held.pass_through()
        return found

    site.respond = answer_later  # type: ignore[method-assign]
    try:
        yield held
    finally:
        held.release()
        site.respond = answer  # type: ignore[method-assign]


COUNTS_STEPS = """
import os, runpy, shutil, signal, sys
from sqlalchemy import Engine, event

copied = set(map(int, os.environ.get("TEST_COPY_BEFORE_STEPS", "").split()))
number, taken = int(os.environ.get("TEST_KILL_BEFORE_STEP", 0)), 0

def step(*_):
    global taken
    taken += 1
    if taken in copied:
        shutil.copytree(".", f"../before-{taken}")
    if taken == number:
        os.kill(os.getpid(), signal.SIGKILL)

def execute(connection, cursor, statement, *_):
    if "provider_rates" not in statement:  # their number depends on how quick the machine is
        step()

event.listen(Engine, "before_cursor_execute", execute)
event.listen(Engine, "commit", step)
try:
    runpy.run_module("spock_core", run_name="__main__", alter_sys=True)
finally:
    print("steps", taken, file=sys.stderr)
"""
"""`python -c` this: a run that counts its statements and commits, and is killed before one. Those
of the rate of a provider, one a second, do not count.

Before other steps it copies its folder to `../before-STEP`: what a kill at that moment would leave,
since whoever writes to the register waits for the copy.
"""

TELLS_OF_TRANSACTIONS = """
import runpy, sys
from sqlalchemy import Engine, event

def tell(connection, cursor, statement, *_):
    if statement.startswith("BEGIN"):
        print(statement, file=sys.stderr, flush=True)

event.listen(Engine, "before_cursor_execute", tell)
runpy.run_module("spock_core", run_name="__main__", alter_sys=True)
"""
"""`python -c` this: a run that says on stderr which transaction it is about to begin."""


def observing(hook: str, body: str, takes: str = "event") -> tuple[str, str]:
    """`python` these: a run with an observer that does `body` at a hook that takes `takes`.

    The body may use `sys`, `threading`, `time` and `Path`.
    """
    body = textwrap.indent(textwrap.dedent(body), " " * 8)
    return (
        "-c",
        f"""
import sys, threading, time
from pathlib import Path
from spock_core import hookimpl
from spock_core.cli import main
from spock_core.plugins.loader import load_plugins

class Observer:
    @hookimpl
    def {hook}(self, {takes}):
{body}

plugins = load_plugins()
plugins.add(Observer(), "observer")
sys.exit(main(plugins=plugins))
""",
    )

"""After a signal: who is given time, and who is left behind."""

from __future__ import annotations

import time
from typing import Any

import pytest

from spock_core.cli import watch
from spock_core.cli.watch import WAIT_S, RunCourse
from spock_core.domain.stop import Stop
from spock_core.plugins.calling.calls import Calls


@pytest.mark.parametrize(
    ("plugin", "left"), [("spock_core.reporting.report", False), ("spock-slow", True)]
)
def test_what_core_does_is_given_time_and_what_a_plugin_does_is_not(
    plugin: str, left: bool, monkeypatch: pytest.MonkeyPatch
):
    ended: list[Any] = []
    monkeypatch.setattr(watch, "end_without", ended.append)
    calls = Calls()
    course = RunCourse(Stop(), calls)
    with calls.within(plugin, "spock_run_finished"):
        course.look(time.monotonic() + 10 * WAIT_S, time.monotonic())
    assert [call.plugin for call in ended] == [plugin] * left

"""Plugins that do not return: each is named while the run waits, and left behind on a signal."""

from __future__ import annotations

import json
import os
import signal
import socket

import pytest

from tests.support.child import Child
from tests.support.moments import observing
from tests.support.processes import ended, environment, query, read_until, start

BLOCKED = {
    "sleep": "time.sleep(3600)",
    "lock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "program": "import subprocess; subprocess.run(['sleep', '3600'])",
    "loop": "while True: pass",
    "pattern": "import re; re.match('(a+)+$', 'a' * 64 + 'b')",
    "worker": "import concurrent.futures as c; c.ThreadPoolExecutor(1).submit(time.sleep, 3600)",
    "thread": "threading.Thread(target=time.sleep, args=(3600,)).start(); time.sleep(3600)",
}
"""By name: in which way a plugin does not return from its hook."""


@pytest.mark.parametrize("way", BLOCKED)
def test_a_plugin_that_blocks_is_left_behind_and_the_run_is_told(way, sandbox, tmp_path):
    body = f"print('blocked', file=sys.stderr, flush=True)\n{BLOCKED[way]}"
    process = start(
        sandbox, tmp_path, "--json", "--sources", "kis",
        python=observing("spock_stocks_classified", body),
    )  # fmt: skip
    read_until(process.stderr, "blocked")
    process.terminate()
    code, out, err = ended(process)
    assert code == 130, err
    assert "Traceback" not in err
    assert json.loads(out)["status"] == "interrupted"
    assert query(tmp_path, "SELECT status FROM runs") == [("interrupted",)]
    if way != "worker":  # its hook returns, and what is left behind is its thread
        assert "plugin observer failed in spock_stocks_classified: LeftBehind: " in err


def test_a_plugin_that_lets_nothing_interrupt_it_is_left_behind_too(sandbox, tmp_path):
    body = """
        print("blocked", file=sys.stderr, flush=True)
        while True:
            try:
                time.sleep(3600)
            except BaseException:
                pass
        """
    process = start(
        sandbox, tmp_path, "--sources", "kis", python=observing("spock_stocks_classified", body)
    )
    read_until(process.stderr, "blocked")
    process.send_signal(signal.SIGINT)
    code, _, err = ended(process)
    assert code == 130
    assert "plugin observer does not return from spock_stocks_classified: left behind" in err
    assert ended(start(sandbox, tmp_path, "--sources", "kis"))[0] == 0


DEAF = {
    "sum": "import itertools; sum(itertools.repeat(1))",
    "queue": "import collections, itertools; collections.deque(itertools.repeat(1), 0)",
}
"""By name: C code in which Python runs neither handlers nor threads."""


@pytest.mark.parametrize("way", DEAF)
def test_a_plugin_that_keeps_python_from_hearing_is_ended_with_the_process(way, sandbox, tmp_path):
    body = f"print('blocked', file=sys.stderr, flush=True)\n{DEAF[way]}"
    process = start(
        sandbox, tmp_path, "--sources", "kis", python=observing("spock_stocks_classified", body)
    )
    read_until(process.stderr, "blocked")
    process.terminate()
    code, _, err = ended(process)
    assert code == -signal.SIGKILL
    assert "plugin observer does not return from spock_stocks_classified: killed" in err
    code, _, err = ended(start(sandbox, tmp_path, "--sources", "kis"))
    assert code == 0, err
    statuses = query(tmp_path, "SELECT status FROM runs ORDER BY run_id")
    assert statuses == [("interrupted",), ("success",)]


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_a_plugin_that_lets_nothing_else_run_is_named_without_a_signal(kind, sandbox, tmp_path):
    """Also on a socket, which stderr is for a service of systemd."""
    _, code = observing("spock_stocks_classified", DEAF["sum"])
    soon = "from spock_core.cli import guard; guard.QUIET_S = guard.LOOK_S = 0.1\n"
    reading, writing = socket.socketpair()
    with reading, writing, reading.makefile() as journal:
        process = Child(
            ["-c", soon + code, "enrich", "--sources", "kis"],
            folder=tmp_path,
            environment=environment(sandbox),
            stderr=writing.fileno() if kind == "socket" else None,
        )
        observer = "spock: plugin observer does not return from spock_stocks_classified"
        said = f"{observer}, and nothing else runs: the run waits for it"
        read_until(journal if kind == "socket" else process.stderr, said)
        process.kill()


RULE = """
import sys, time
from dataclasses import replace
from spock_core.cli import main
from spock_core.plugins.loader import load_plugins

def rule(listing):
    print("blocked", file=sys.stderr, flush=True)
    {0}

plugins = load_plugins()
plugins.markets["VN"] = replace(plugins.markets["VN"], security_type=rule)
sys.exit(main(plugins=plugins))
"""


@pytest.mark.parametrize("way", ["sleep", "loop", "sum"])
def test_a_rule_of_a_market_that_does_not_return_is_named_and_left_behind(way, sandbox, tmp_path):
    """Rules are applied by threads that read lists."""
    python = "-c", RULE.format({**BLOCKED, **DEAF}[way])
    process = start(sandbox, tmp_path, "--regions", "VN", "--sources", "kis", python=python)
    read_until(process.stderr, "blocked")
    process.terminate()
    code, _, err = ended(process)
    end = "killed" if way in DEAF else "left behind"
    assert f"plugin spock-vn:vn does not return from rules of market VN: {end}" in err
    assert code == (-signal.SIGKILL if way in DEAF else 130)


def test_the_process_that_kills_a_deaf_run_keeps_no_file_of_it_open():
    """Not even one whose number is beyond the limit of the moment."""
    code = """
import os, resource, select, sys
from spock_core.cli.guard import Guard
from spock_core.plugins.calling.board import Board
watched = os.pipe()
for number in 500, 700:
    read, write = os.pipe()
    os.dup2(write, number)
    os.close(write)
    if number > 600:
        resource.setrlimit(resource.RLIMIT_NOFILE, (600, 600))
    guard = Guard(watched[0], Board())
    os.close(number)
    ended = select.select([read], [], [], 60)[0]
    guard.end()
    assert ended and os.read(read, 1) == b"", number
"""
    status, _, err = ended(Child(["-c", code]))
    assert status == 0, err


def test_a_thread_that_a_plugin_leaves_running_is_named_while_the_process_waits(sandbox, tmp_path):
    os.mkfifo(tmp_path / "go")
    body = "threading.Thread(target=Path('go').read_text, name='upload').start()"
    process = start(
        sandbox, tmp_path, "--regions", "VN", "--sources", "kis",
        python=observing("spock_stocks_classified", body),
    )  # fmt: skip
    read_until(process.stderr, "a plugin has begun the thread 'upload', which still runs")
    (tmp_path / "go").write_text("")
    assert process.wait() == 0

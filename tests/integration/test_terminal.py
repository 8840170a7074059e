"""What people see: tables on terminals of 80 and 200 columns, in colour and without."""

from __future__ import annotations

import os
import pty
import re
import termios
from pathlib import Path

import pytest

from tests.conftest import PYTHON_M_SPOCK, Spock
from tests.support.child import Child

COMMANDS = {
    "status": ("status",),
    "runs": ("runs",),
    "run": ("runs", "show", "last"),
    "regions": ("regions",),
    "search": ("search", "electronics"),
    "nearest": ("search", "elektronics"),
    "show": ("show", "US:AAA"),
    "several": ("show", "apple"),
    "list": ("list", "--regions", "US", "CN", "--active", "all"),
    "peers": ("peers", "US:AAA"),
    "changes": ("changes", "--since", "1000d"),
}


def on_a_terminal(arguments: tuple[str, ...], columns: int, **variables: str) -> str:
    """What a command writes on a terminal of its own."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (500, columns))
    hidden = ("NO_COLOR", "COLUMNS", "LINES", "TERM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    process = Child(
        [*PYTHON_M_SPOCK[1:], *arguments], stdout=slave, stderr=slave,
        environment=environment | {"TERM": "xterm-256color"} | variables,
    )  # fmt: skip
    os.close(slave)
    written = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        written += part
    process.wait()
    os.close(master)
    return written.decode()


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_wrapped(known_register: Path, register, name: str, columns: int):
    pyte = pytest.importorskip("pyte", reason="pyte is not installed")
    register("UPDATE tickers SET name = 'APPLE ' || hex(zeroblob(90)) WHERE ticker = 'APLE'")
    register("UPDATE tickers SET is_active = 0, name_local = ? WHERE ticker = 'PLGN'", "긴" * 90)
    written = on_a_terminal(COMMANDS[name], columns)
    screen = pyte.Screen(columns, 500)
    pyte.Stream(screen).feed(written)
    shown = [line.rstrip() for line in screen.display]
    while shown and not shown[-1]:
        shown.pop()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", written)
    assert "\x1b" not in plain
    lines = plain.replace("\r\n", "\n").rstrip("\n").split("\n")
    assert len(lines) > 1
    assert len(shown) == len(lines)  # a wrapped line would take two
    assert all(line.isprintable() for line in lines)


def test_a_narrow_terminal_keeps_what_matters_most(known_register: Path):
    for columns, headers in (
        (80, "stock name sector industry sure"),
        (200, "stock name type sector industry source sure age"),
    ):
        written = on_a_terminal(("list", "--regions", "CN"), columns, NO_COLOR="1")
        assert written.splitlines()[0].split() == headers.split()


def test_colour_is_for_terminals_and_no_color_is_honoured(known_register: Path, spock: Spock):
    assert "\x1b[1m" in on_a_terminal(COMMANDS["search"], 80)
    assert "\x1b" not in on_a_terminal(COMMANDS["search"], 80, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(COMMANDS["search"], 80, TERM="dumb")
    assert "\x1b" not in spock("search", "electronics").out


def test_a_pipe_gets_the_whole_table(known_register: Path, register, spock: Spock):
    name = "APPLE " + "A" * 190
    register("UPDATE tickers SET name = ? WHERE ticker = 'APLE'", name)
    out = spock("list", "--regions", "US").out
    assert name in out
    assert out.splitlines()[0].split() == [
        "stock",
        "name",
        "type",
        "sector",
        "industry",
        "source",
        "sure",
        "age",
    ]

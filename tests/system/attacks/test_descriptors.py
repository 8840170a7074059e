"""Descriptors that are closed, broken or full, and plugins that print: exit codes and documents."""

from __future__ import annotations

import contextlib
import json
import os
import select
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.child import HANG_S, Child
from tests.support.distributions import Bring
from tests.support.processes import ended

SPOCK = f"{sys.executable} -m spock_core"

REDIRECTED = [
    ("enrich", "0<&-", 0),
    ("enrich", "2>&-", 0),
    ("enrich", "0<&- 1>&- 2>&-", 0),
    ("enrich", "2>/dev/full", 0),
    ("enrich --json --verbose", "2>/dev/full", 0),
    ("enrich", ">/dev/full 2>&1", 2),
    ("enrich --json", ">/dev/full 2>&-", 2),
    ("enrich --regions ZZ", "2>&-", 2),
    ("enrich --nonsense", "2>/dev/full", 2),
    ("enrich --nonsense", "1>&- 2>&-", 2),
    ("regions", ">/dev/full", 2),
    ("export -", ">&-", 2),
    ("--help", ">/dev/full 2>/dev/full", 2),
    ("--version", ">&-", 0),
]
"""A command, where its descriptors go, and its exit code."""


@pytest.mark.parametrize(("command", "redirect", "code"), REDIRECTED)
def test_exit_codes_are_true_whatever_becomes_of_the_descriptors(
    command, redirect, code, known_register: Path, master_files: Path, monkeypatch
):
    monkeypatch.setenv("SPOCK_KIS_MASTER_URL", str(master_files))
    monkeypatch.setenv("SPOCK_REGIONS", "VN")
    if command.startswith("enrich"):
        monkeypatch.setenv("SPOCK_DATABASE", "sqlite:///new.db")
    done = subprocess.run(
        ["bash", "-c", f"{SPOCK} {command} {redirect}"],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    lock = Path("new.db.lock")
    assert not lock.exists() or "spock:" not in lock.read_text()


@pytest.mark.parametrize(
    ("command", "code"),
    [("enrich --json", 0), ("enrich --nonsense", 2), ("enrich --regions ZZ", 2), ("status", 0)],
)
def test_exit_codes_are_true_where_nobody_reads(
    command, code, known_register: Path, master_files: Path, monkeypatch
):
    monkeypatch.setenv("SPOCK_KIS_MASTER_URL", str(master_files))
    monkeypatch.setenv("SPOCK_REGIONS", "VN")
    if command.startswith("enrich"):
        monkeypatch.setenv("SPOCK_DATABASE", "sqlite:///new.db")
    read, write = os.pipe()
    os.close(read)
    process = Child(["-m", "spock_core", *command.split()], stdout=write, stderr=write)
    os.close(write)
    assert process.wait() == code


def test_output_is_whole_where_a_slow_reader_left_the_pipe_without_waiting(known_register: Path):
    read, write = os.pipe()
    os.set_blocking(write, False)
    process = Child(["-m", "spock_core", "export", "-", "--format", "jsonl"], stdout=write)
    os.close(write)
    with os.fdopen(read) as output:
        assert select.select([output], [], [], HANG_S)[0]
        lines = output.readlines()
    assert process.wait() == 0
    assert sum(map(len, lines)) > 65_536
    assert all(json.loads(line) for line in lines)


PRINTS = """
    import os, subprocess, sys
    from spock_core import Command, hookimpl
    print("LOUD import")

    def be_loud():
        print("LOUD print")
        sys.stdout.write("LOUD write\\n")
        sys.__stdout__.write("LOUD stdout of old\\n")
        sys.stdout.flush()
        os.write(1, b"LOUD descriptor\\n")
        subprocess.run(["echo", "LOUD program"], check=True)
        os.system("echo LOUD shell")

    @hookimpl
    def spock_run_started(event): be_loud()

    @hookimpl
    def spock_run_finished(result): be_loud()

    @hookimpl
    def spock_sources():
        be_loud()
        return []

    @hookimpl
    def spock_cli_commands():
        return [Command("hello", "Greets.", lambda p: None, lambda a, p: be_loud() or 0)]
    """
WAYS = ("import", "print", "write", "descriptor", "program", "shell")


@pytest.fixture
def loud(bring: Bring, tmp_path: Path, master_files: Path) -> dict[str, str]:
    """The environment of a process that finds a plugin which prints in every way."""
    bring("spock-loud", PRINTS)
    return {
        **os.environ,
        "PYTHONPATH": str(tmp_path / "site"),
        "SPOCK_KIS_MASTER_URL": str(master_files),
        "SPOCK_REGIONS": "VN",
    }


def test_what_plugins_print_goes_to_stderr_and_the_document_stays_whole(loud):
    code, out, err = ended(Child(["-m", "spock_core", "enrich", "--json"], environment=loud))
    assert code == 0, err
    assert json.loads(out)["status"] == "success"
    assert [way for way in WAYS if f"LOUD {way}" not in err] == []


@pytest.mark.parametrize("command", ["regions --json", "export - --format csv", "--version"])
def test_no_command_of_core_lets_plugins_print_between_its_output(
    command, loud, known_register: Path
):
    code, out, err = ended(Child(["-m", "spock_core", *command.split()], environment=loud))
    assert code == 0, err
    assert "LOUD" not in out
    assert "LOUD import" in err


def test_a_plugins_own_command_has_stdout(loud):
    code, out, err = ended(Child(["-m", "spock_core", "hello"], environment=loud))
    assert code == 0, err
    assert [way for way in WAYS[1:] if f"LOUD {way}" not in out] == []
    assert "LOUD import" not in out


def test_what_a_database_says_is_made_harmless(enrich):
    """A trigger, whoever made it, may raise any text."""
    assert enrich("--regions", "VN").code == 0
    with contextlib.closing(sqlite3.connect("spock.db")) as connection:
        connection.execute(
            "CREATE TRIGGER evil BEFORE INSERT ON runs BEGIN "
            "SELECT RAISE(ABORT, '\x1b[2J\x1b]0;title\x07 evil'); END"
        )
    outcome = enrich("--regions", "VN")
    assert outcome.code == 2
    [line] = [line for line in outcome.err.splitlines() if "evil" in line]
    assert line.isprintable()

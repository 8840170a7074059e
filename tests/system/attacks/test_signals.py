"""A signal ends a run whatever it waits for: a plugin, the database, a thread, a reader."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import textwrap

import pytest

from tests.support.child import Child
from tests.support.distributions import Bring
from tests.support.moments import TELLS_OF_TRANSACTIONS, hold, observing
from tests.support.processes import ended, environment, last_status, query, read_until, start

COMMANDS = {
    "loop": "while True:\n    try: time.sleep(3600)\n    except BaseException: pass",
    "lock": "sqlite3.connect('locked.db', 3600).execute('BEGIN IMMEDIATE')",
}
"""By name: what the command of a plugin does, and what no exception of a handler ends."""


@pytest.mark.parametrize("way", COMMANDS)
def test_a_signal_ends_every_command_whatever_it_waits_for(way, bring: Bring, tmp_path):
    bring(
        "spock-slow",
        f"""
import sqlite3, sys, time
from spock_core import Command, hookimpl

def run(arguments, plugins):
    print("blocked", file=sys.stderr, flush=True)
{textwrap.indent(COMMANDS[way], " " * 4)}

@hookimpl
def spock_cli_commands():
    return [Command("slow", "Waits.", lambda parser: None, run)]
""",
    )
    with contextlib.closing(sqlite3.connect(tmp_path / "locked.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        paths = {"PYTHONPATH": str(tmp_path / "site")}
        process = Child(["-m", "spock_core", "slow"], environment={**os.environ, **paths})
        read_until(process.stderr, "blocked")
        process.terminate()
        code, _, err = ended(process)
    assert code == 130, err
    assert "Traceback" not in err


def test_a_signal_ends_the_wait_for_another_program_that_holds_the_register(sandbox, tmp_path):
    assert ended(start(sandbox, tmp_path, "--sources", "kis"))[0] == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "spock.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        process = start(
            sandbox, tmp_path, "--sources", "kis", "--database-timeout", "3600",
            python=("-c", TELLS_OF_TRANSACTIONS),
        )  # fmt: skip
        read_until(process.stderr, "BEGIN IMMEDIATE")
        process.terminate()
        code, _, err = ended(process)
    assert code == 130, err
    assert "Traceback" not in err


UNREADABLE = {
    "closed": "os.close(2)",
    "broken": "reading, writing = os.pipe(); os.dup2(writing, 2); os.close(reading)",
    "full": "os.dup2(os.open('/dev/full', os.O_WRONLY), 2)",
}
"""By name: what becomes of stderr before the run begins."""


@pytest.mark.parametrize("stderr", UNREADABLE)
def test_a_signal_is_heard_where_stderr_cannot_be_written(stderr, sandbox, tmp_path):
    """The message once went into whichever file had the number of stderr."""
    blocked = textwrap.indent(textwrap.dedent("""
        @hookimpl
        def spock_stocks_classified(self, event):
            Path("ready").write_text("blocked")
            time.sleep(3600)
        """), " " * 4)  # fmt: skip
    code = f"""
import os, sys, time
from pathlib import Path
{UNREADABLE[stderr]}
from spock_core import cli, hookimpl
from spock_core.plugins import loader

class Observer:
{blocked}

def loaded(load=cli.load_plugins):
    plugins = load()
    plugins.add(Observer(), "observer")
    return plugins

cli.load_plugins = loaded
sys.exit(cli.main())
"""
    os.mkfifo(tmp_path / "ready")
    process = Child(
        ["-c", code, "enrich", "--sources", "kis"],
        folder=tmp_path, environment=environment(sandbox),
    )  # fmt: skip
    assert (tmp_path / "ready").read_text() == "blocked"
    process.terminate()
    assert ended(process)[0] == 130
    assert last_status(tmp_path) == "interrupted"
    assert "stopping" not in (tmp_path / "spock.db.lock").read_text()


def test_a_signal_to_a_process_that_a_plugin_forked_does_not_stop_the_run(sandbox, tmp_path):
    body = """
        import os, signal
        child = os.fork()
        if not child:
            signal.pause()
            os._exit(0)
        os.kill(child, signal.SIGTERM)
        assert os.waitpid(child, 0)[1] == signal.SIGTERM, "it did not die of the signal"
        """
    process = start(
        sandbox, tmp_path, "--json", "--sources", "kis", python=observing("spock_run_started", body)
    )
    code, out, err = ended(process)
    assert code == 0, err
    assert "observer failed" not in err
    assert json.loads(out)["status"] == "success"


SLOW_TABLE = """
    import sys, time
    from spock_core import DelimitedText, SourceTerms, TableFile, TableSource, hookimpl

    class Slow(TableSource):
        name, counts_as = "slow", "slow"
        about = SourceTerms("slow", ("VN",), ("sector",))

        def files(self, market):
            return [TableFile("words.csv", "https://example.com/words.csv", DelimitedText(), ("Code",))]

        def rows(self, market, tables, listings):
            print("blocked", file=sys.stderr, flush=True)
            time.sleep(3600)

        def claim(self, observation, market):
            return None

    @hookimpl
    def spock_sources():
        return [Slow()]
    """


def test_a_table_that_a_signal_cuts_short_is_not_remembered_as_one_that_failed(
    sandbox, bring: Bring, tmp_path, monkeypatch
):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "words.csv").write_text("Code\nA\n")
    bring("spock-slow", SLOW_TABLE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    process = start(
        sandbox, tmp_path, "--regions", "VN", "--sources", "kis", "slow", "--tables-url", "tables"
    )
    read_until(process.stderr, "blocked")
    process.terminate()
    code, _, err = ended(process)
    assert code == 130, err
    assert "has no usable table" not in err
    assert query(tmp_path, "SELECT count(*) FROM table_sources WHERE error IS NOT NULL") == [(0,)]


def test_no_group_that_a_signal_cuts_short_is_remembered_as_one_that_failed(sandbox, tmp_path):
    with hold(sandbox.yahoo, 41, "screener") as held:
        process = start(sandbox, tmp_path, "--parallel")
        held.wait()
        process.terminate()
        code, _, err = ended(process)
    assert code == 130, err
    assert query(tmp_path, "SELECT count(*) FROM failed_screens") == [(0,)]

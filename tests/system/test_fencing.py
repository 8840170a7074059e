"""A run that is no longer the register's only writer, or writes to a file that is gone, says so."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from spock_core.sandbox.server import Sandbox
from tests.support.moments import hold, observing
from tests.support.processes import ended, query, read_until, start


@pytest.fixture
def sandbox(small_sandbox: Sandbox) -> Sandbox:
    """As few stocks as will do: what is tested here is who may write them."""
    return small_sandbox


def test_a_run_that_lost_its_lock_writes_nothing_after_the_one_that_has_it(sandbox, tmp_path):
    with hold(sandbox.yahoo) as held:
        first = start(sandbox, tmp_path)
        held.wait()
        (tmp_path / "spock.db.lock").unlink()
        second = ended(start(sandbox, tmp_path, "--sources", "kis"))
        held.release()
        code, _, err = ended(first)
    assert second[0] == 0, second[2]
    assert code == 3
    assert "this run lost its lock and another run took the register over" in err
    assert "Traceback" not in err
    assert query(tmp_path, "SELECT status FROM runs") == [("interrupted",), ("success",)]
    assert query(tmp_path, "SELECT count(*) FROM observations WHERE source LIKE 'yahoo%'") == [(0,)]


def replace(folder: Path) -> None:
    with (
        closing(sqlite3.connect(folder / "spock.db")) as source,
        closing(sqlite3.connect(folder / "copy.db")) as copy,
    ):
        source.backup(copy)
    (folder / "copy.db").replace(folder / "spock.db")


def delete(folder: Path) -> None:
    (folder / "spock.db").unlink()


def move(folder: Path) -> None:
    shutil.move(folder / "spock.db", folder / "other.db")


def link(folder: Path) -> None:
    os.link(folder / "spock.db", folder / "other.db")


GONE = "the file was deleted or replaced while the run wrote to it"
TWO_NAMES = "the file has 2 names (hard links), and two runs could write to it at once"
HARMS = [(replace, GONE), (delete, GONE), (move, GONE), (link, TWO_NAMES)]


@pytest.mark.parametrize(("harm", "said"), HARMS)
def test_a_file_that_is_not_the_registers_alone_any_more_is_told(
    harm: Callable[[Path], None], said: str, sandbox, tmp_path
):
    with hold(sandbox.yahoo) as held:
        run = start(sandbox, tmp_path)
        held.wait()
        harm(tmp_path)
        held.release()
        code, out, err = ended(run)
    assert code == 2, out
    assert len([line for line in err.splitlines() if said in line]) == 1, err
    assert "Traceback" not in err
    asked_of_yahoo = "SELECT count(*) FROM observations WHERE source LIKE 'yahoo%'"
    if harm is link:
        assert query(tmp_path, asked_of_yahoo) == [(0,)]


@pytest.mark.parametrize(("harm", "said"), HARMS)
def test_what_becomes_of_the_file_at_the_very_end_is_told_before_success(
    harm: Callable[[Path], None], said: str, sandbox, tmp_path
):
    os.mkfifo(tmp_path / "go")
    body = "print('ended', file=sys.stderr, flush=True)\nPath('go').read_text()"
    run = start(
        sandbox, tmp_path, "--json", "--regions", "VN", "--sources", "kis",
        python=observing("spock_run_finished", body, takes="result"),
    )  # fmt: skip
    read_until(run.stderr, "ended")
    harm(tmp_path)
    (tmp_path / "go").write_text("")
    code, out, err = ended(run)
    assert code == 2, out
    assert said in err
    assert "success" not in out


def test_a_register_with_two_names_is_not_written(sandbox, tmp_path):
    assert ended(start(sandbox, tmp_path, "--regions", "VN", "--sources", "kis"))[0] == 0
    os.link(tmp_path / "spock.db", tmp_path / "other.db")
    code, _, err = ended(start(sandbox, tmp_path, "--database", "sqlite:///other.db"))
    assert code == 2
    assert "has 2 names (hard links)" in err

"""Two runs, and other programs, at one register."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from spock_core.domain.stop import Stop
from spock_core.sandbox.server import Sandbox
from spock_core.store.connection.lock import only_run
from tests.conftest import Spock
from tests.support.moments import TELLS_OF_TRANSACTIONS, hold
from tests.support.processes import ended, export, is_held, query, read_until, start, wait_for


@pytest.fixture
def sandbox(small_sandbox: Sandbox) -> Sandbox:
    """As few stocks as will do: what is tested here is who may write them."""
    return small_sandbox


def test_of_two_runs_started_together_one_works_and_one_says_who(sandbox, tmp_path):
    with hold(sandbox.kis) as held:
        runs = [start(sandbox, tmp_path) for _ in range(2)]
        wait_for(lambda: any(run.poll() is not None for run in runs))
        held.release()
        results = [ended(run) for run in runs]
    assert sorted(code for code, _, _ in results) == [0, 3]
    [err] = [err for code, _, err in results if code == 3]
    winner = runs[[code for code, _, _ in results].index(0)]
    assert f"another run is at work, process {winner.pid} on " in err
    assert ", since 20" in err
    assert "(--wait)" in err
    assert query(tmp_path, "SELECT status FROM runs") == [("success",)]


def test_with_wait_the_second_works_when_the_first_has_ended(sandbox, tmp_path):
    with hold(sandbox.kis) as held:
        first = start(sandbox, tmp_path, "--wait")
        held.wait()
        second = start(sandbox, tmp_path, "--wait")
        read_until(second.stderr, "waiting for its end")
        held.release()
        assert [ended(run)[0] for run in (first, second)] == [0, 0]
    assert query(tmp_path, "SELECT status FROM runs") == [("success",), ("success",)]


def test_the_lock_dies_with_its_process(sandbox, tmp_path):
    with hold(sandbox.yahoo) as held:
        first = start(sandbox, tmp_path)
        held.wait()
        assert is_held(f"sqlite:///{tmp_path}/spock.db")
        first.kill()
        ended(first)
    assert not is_held(f"sqlite:///{tmp_path}/spock.db")
    assert ended(start(sandbox, tmp_path))[0] == 0


def test_two_names_of_one_register_are_one_lock(tmp_path):
    Path("link.db").symlink_to("spock.db")
    Path("spock.db").touch()
    with only_run("sqlite:///spock.db", wait=False, stop=Stop()):
        assert is_held("sqlite:///link.db")
        assert is_held(f"sqlite:///{tmp_path}/spock.db")
        assert not is_held("sqlite:///other.db")


def test_a_run_at_work_is_shown_as_running(spock: Spock, sandbox, tmp_path):
    with hold(sandbox.yahoo) as held:
        run = start(sandbox, tmp_path)
        held.wait()
        assert spock("runs", "--json").document["runs"][0]["status"] == "running"
        run.terminate()
        read_until(run.stderr, "stopping")
        held.release()
        ended(run)
    assert spock("runs", "--json").document["runs"][0]["status"] == "interrupted"


def test_looking_at_the_runs_is_no_run(spock: Spock, enrich: Spock):
    enrich("--regions", "VN")
    with only_run("sqlite:///spock.db", wait=False, stop=Stop()):
        assert spock("runs").code == 0
        assert spock("status").code == 0
        assert spock("enrich", "--dry-run").code == 0


def test_a_reader_with_a_long_transaction_is_not_in_the_way(sandbox, tmp_path):
    assert ended(start(sandbox, tmp_path, "--regions", "VN"))[0] == 0
    with closing(sqlite3.connect("spock.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM tickers").fetchone()
        assert ended(start(sandbox, tmp_path))[0] == 0
        assert reader.execute("SELECT count(*) FROM tickers").fetchone() == before
    assert query(tmp_path, "SELECT count(*) FROM tickers")[0] > before


def test_a_program_that_holds_the_register_too_long_is_told(sandbox, tmp_path):
    assert ended(start(sandbox, tmp_path, "--regions", "VN"))[0] == 0
    before = export(tmp_path / "spock.db")
    with closing(sqlite3.connect("spock.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        code, _, err = ended(start(sandbox, tmp_path, "--database-timeout", "0.3"))
    assert code == 2
    assert "database is locked: another program has held it for longer" in err
    assert "Traceback" not in err
    assert export(tmp_path / "spock.db") == before
    assert ended(start(sandbox, tmp_path))[0] == 0


def test_a_program_that_holds_it_for_a_while_is_waited_for(sandbox, tmp_path):
    assert ended(start(sandbox, tmp_path, "--regions", "VN"))[0] == 0
    with closing(sqlite3.connect("spock.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        run = start(sandbox, tmp_path, python=("-c", TELLS_OF_TRANSACTIONS))
        read_until(run.stderr, "BEGIN IMMEDIATE")
        assert run.poll() is None
        writer.execute("COMMIT")
        assert ended(run)[0] == 0


ROOM = 200_000
"""Bytes: enough for an empty register, and too few for one with stocks."""


@pytest.fixture
def small_disk(tmp_path: Path):
    """A disk of twelve megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let the tests mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk_is_told_and_leaves_a_whole_register(sandbox, small_disk, tmp_path):
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - ROOM))
    code, _, err = ended(start(sandbox, small_disk))
    assert code == 2
    assert "disk is full: make room; what was finished is kept" in err
    assert "Traceback" not in err
    assert query(small_disk, "PRAGMA integrity_check") == [("ok",)]
    ballast.unlink()
    code, _, err = ended(start(sandbox, small_disk))
    assert code == 0, err
    assert query(small_disk, "PRAGMA integrity_check") == [("ok",)]
    (tmp_path / "roomy").mkdir()
    assert ended(start(sandbox, tmp_path / "roomy"))[0] == 0
    assert export(small_disk / "spock.db") == export(tmp_path / "roomy" / "spock.db")


def test_a_register_that_may_not_be_written_is_told(sandbox, enrich: Spock, tmp_path):
    enrich("--regions", "VN")
    before = Path("spock.db").read_bytes()
    immutable = subprocess.run(["chattr", "+i", "spock.db"], capture_output=True, check=False)
    if immutable.returncode:
        pytest.skip("this file system has no files that even root may not write")
    try:
        code, _, err = ended(start(sandbox, tmp_path))
    finally:
        subprocess.run(["chattr", "-i", "spock.db"], check=True)
    assert code == 2
    assert "check who may write the file" in err
    assert Path("spock.db").read_bytes() == before


def test_a_lock_with_nonsense_in_it_is_a_lock(enrich: Spock, spock: Spock):
    with Path("spock.db.lock").open("wb") as file:
        file.write(b'{"process": 1e999, "host": "\x1b[2J", "since": [' + b"[" * 5_000)
        file.truncate(2**40)
    assert enrich("--regions", "VN").code == 0
    assert spock("status").code == 0

"""Files: outputs never take the place of inputs, rights are told before the work, umask, readers."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest
import spock_vn
import time_machine

from spock_core.api import enrich as enrich_from_python
from spock_core.domain.errors import UsageError
from tests.conftest import Spock, enrich_from
from tests.support import child
from tests.support.distributions import Bring
from tests.support.processes import is_held
from tests.support.project import ROOT

OUTPUTS = ("--report-file", "--log-file", "--metrics-textfile")
NOBODY = 65534

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def overrides() -> Path:
    """An overrides file whose name every output takes."""
    path = Path("overrides.csv")
    path.write_text("region,ticker,field,value,reason\nVN,AAA,sector,45,because\n")
    return path


def link(kind: str, target: Path, name: str) -> Path:
    """Another name of a file; metrics need one that ends in .prom."""
    if kind == "itself":
        return target
    path = Path(name)
    if kind == "symlink":
        path.symlink_to(target.absolute())
    else:
        path.hardlink_to(target)
    return path


@pytest.mark.parametrize("kind", ["itself", "symlink", "hard link"])
@pytest.mark.parametrize("flag", OUTPUTS)
def test_no_output_takes_the_place_of_the_register(kind: str, flag: str, enrich: Spock):
    enrich("--regions", "VN")
    before = Path("spock.db").read_bytes()
    outcome = enrich(
        "--regions", "VN", "--force-refresh", flag, link(kind, Path("spock.db"), "x.prom")
    )
    assert outcome.code == 2
    assert "is the register: choose another file" in outcome.err
    assert Path("spock.db").read_bytes() == before


@pytest.mark.parametrize("flag", OUTPUTS)
def test_an_output_that_nobody_would_read_is_told_before_the_run(flag: str, enrich: Spock):
    os.mkfifo("x.prom")
    outcome = enrich("--regions", "VN", flag, "x.prom")
    assert outcome.code == 2
    assert "x.prom is a pipe that nobody reads: choose a file" in outcome.err
    assert not Path("spock.db").exists()


def test_who_reads_a_pipe_gets_the_report(master_files: Path):
    os.mkfifo("report")
    with subprocess.Popen(["cat", "report"], stdout=subprocess.PIPE, text=True) as reader:
        arguments = ("--regions", "VN", "--report-file", "report")
        outcome = child.run(enrich_from(master_files, *arguments))
        while "a pipe that nobody reads" in outcome.stderr:  # `cat` has not opened it yet
            outcome = child.run(enrich_from(master_files, *arguments))
        assert outcome.returncode == 0, outcome.stderr
        assert "Register: sqlite:///spock.db" in reader.communicate()[0]


@pytest.mark.parametrize("kind", ["itself", "symlink", "hard link"])
@pytest.mark.parametrize("flag", OUTPUTS)
def test_no_output_takes_the_place_of_the_overrides(kind, flag, enrich: Spock, overrides: Path):
    before = overrides.read_bytes()
    outcome = enrich("--overrides", overrides, flag, link(kind, overrides, "x.prom"))
    assert outcome.code == 2
    assert "is the overrides file: choose another file" in outcome.err
    assert overrides.read_bytes() == before
    assert not Path("spock.db").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("spock.db-wal", "is a file of the register"),
        ("spock.db.lock", "is a file of the register"),
        ("spock.toml", "is a file of settings"),
        (".env", "is a file of settings"),
        ("master/hsxmst.cod.zip", "is a list"),
        ("other.db", "is a database"),
        ("tables/company_tickers.json", "is a table"),
        ("key.txt", "is the file of the key"),
        ("cache/token.json", "is a file of the cache"),
        (spock_vn.__file__, "is a file of a plugin"),
        ("cities.txt", "is read for --hanoi-file"),
    ],
)
def test_no_output_takes_the_place_of_what_belongs_to_a_run(
    name: str, words: str, bring: Bring, enrich: Spock, monkeypatch
):
    bring(
        "spock-hanoi",
        """
        from spock_core import Setting, hookimpl

        @hookimpl
        def spock_settings():
            return [Setting("hanoi_file", "A file of cities.")]
        """,
    )
    enrich("--regions", "VN", "--database", "sqlite:///other.db")
    for path in map(
        Path, ("tables/company_tickers.json", "key.txt", "cache/token.json", "cities.txt")
    ):
        path.parent.mkdir(exist_ok=True)
        path.write_text("of the user")
    for variable, value in {
        "SPOCK_TABLES_URL": Path("tables").absolute().as_uri(),
        "SPOCK_KIS_APP_KEY_FILE": "key.txt",
        "SPOCK_CACHE_FOLDER": "cache",
        "SPOCK_HANOI_FILE": "cities.txt",
    }.items():
        monkeypatch.setenv(variable, value)
    outcome = enrich("--regions", "VN", "--report-file", name)
    assert outcome.code == 2
    assert words in outcome.err


def test_two_outputs_need_two_files_and_a_device_may_be_both(enrich: Spock):
    outcome = enrich("--regions", "VN", "--report-file", "a.txt", "--log-file", "./a.txt")
    assert outcome.code == 2
    assert "log file a.txt is the report file too" in outcome.err
    assert (
        enrich("--regions", "VN", "--report-file", "/dev/null", "--log-file", "/dev/null").code == 0
    )


def test_from_python_too(overrides: Path, master_files: Path):
    with pytest.raises(UsageError, match=r"log file overrides\.csv is the overrides file"):
        enrich_from_python(overrides=overrides, log_file=overrides, kis_master_url=master_files)


@pytest.mark.parametrize(
    "command", ["export mine.csv", "report mine.csv", "audit --output mine.csv"]
)
def test_no_command_takes_the_place_of_what_it_reads(
    command, spock, overrides, enrich, monkeypatch
):
    enrich("--regions", "VN")
    overrides.rename("mine.csv")
    before = Path("mine.csv").read_bytes()
    monkeypatch.setenv("SPOCK_OVERRIDES", "mine.csv")
    outcome = spock(*command.split())
    assert outcome.code == 2
    assert "mine.csv is the overrides file: choose another file" in outcome.err
    assert Path("mine.csv").read_bytes() == before


def test_an_audit_leaves_the_register_alone(spock: Spock, enrich: Spock):
    enrich("--regions", "VN")
    outcome = spock("audit", "--output", "spock.db")
    assert outcome.code == 2
    assert "output file spock.db is the register" in outcome.err


def test_a_report_is_complete_or_as_it_was(enrich: Spock):
    Path("report.txt").write_text("the report of yesterday")
    Path("report.txt").chmod(0o640)
    enrich("--regions", "VN", "--report-file", "report.txt")
    assert Path("report.txt").read_text().startswith("Spock run 1")
    assert stat.S_IMODE(Path("report.txt").stat().st_mode) == 0o640
    Path("link.txt").symlink_to("report.txt")
    enrich("--regions", "VN", "--report-file", "link.txt")
    assert Path("link.txt").is_symlink()
    assert Path("report.txt").read_text().startswith("Spock run 2")
    assert not [path for path in Path().iterdir() if path.name.endswith(".part")]


def test_node_exporter_can_read_the_textfile_whatever_the_umask(enrich: Spock):
    before = os.umask(0o077)
    try:
        enrich("--regions", "VN", "--metrics-textfile", "spock.prom", "--report-file", "report.md")
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path("spock.prom").stat().st_mode) == 0o644
    assert stat.S_IMODE(Path("report.md").stat().st_mode) == 0o600


AS_NOBODY = f"""
import os, sys
from spock_core.cli import main
from spock_core.plugins.loader import load_plugins
plugins = load_plugins()  # others may be kept out of the folders in which the tests are installed
os.setgid({NOBODY}); os.setgroups([{{group}}]); os.setuid({NOBODY})
sys.exit(main(sys.argv[1:], plugins))
"""


def as_nobody(*arguments: object, group: int = NOBODY) -> subprocess.CompletedProcess[str]:
    """A command as a user who owns nothing here. Skips where that user may not read the program."""
    for folder in (ROOT, Path(sysconfig.get_path("purelib"))):
        if not all(one.stat().st_mode & stat.S_IXOTH for one in (folder, *folder.parents)):
            pytest.skip(f"other users may not enter {folder}")
    code = AS_NOBODY.format(group=group)
    environment = {**os.environ, "SPOCK_TABLES_URL": ""}
    return child.run(["-c", code, *map(str, arguments)], folder=Path("/"), environment=environment)


@pytest.fixture
def shared(enrich: Spock, noon: time_machine.Traveller) -> Iterator[Path]:
    """A register in a folder that its group may read and enter, as in /var/lib/spock.

    It is none of pytest's folders: every session of pytest that starts anywhere on the machine
    takes the rights to those away from other users.
    """
    # processes of their own have the machine's clock, for which noon may be still to come
    noon.move_to(time_machine.escape_hatch.datetime.datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="spock-shared-") as folder:
        yield _shared_register(enrich, Path(folder))


def _shared_register(enrich: Spock, folder: Path) -> Path:
    path = folder / "spock.db"
    enrich("--regions", "VN", "--database", f"sqlite:///{path}")
    for one in folder.iterdir():
        os.chown(one, 0, 7)
        one.chmod(0o640)
    os.chown(folder, 0, 7)
    folder.chmod(0o750)
    return path


@needs_root
@pytest.mark.parametrize("command", [("status",), ("show", "VN:AAA"), ("runs",), ("runs", "show", "last"),
                                     ("audit",), ("status", "--json")])  # fmt: skip
def test_a_reader_needs_no_right_to_write(shared: Path, spock: Spock, command: tuple[str, ...]):
    database = ("--database", f"sqlite:///{shared}")
    before = sorted(path.name for path in shared.parent.iterdir())
    done = as_nobody(*command, *database, group=7)
    assert sorted(path.name for path in shared.parent.iterdir()) == before
    expected = spock(*command, *database)
    assert sorted(path.name for path in shared.parent.iterdir()) == before
    assert done.returncode == 0, done.stderr
    ages = r"(\d+ [hd] ago|in the future, \S+)"  # a process of its own has the machine's clock
    assert re.sub(ages, "", done.stdout).split() == re.sub(ages, "", expected.out).split()


@needs_root
def test_a_reader_reads_beside_a_run(shared: Path):
    code = f"""
import sqlite3, sys
writer = sqlite3.connect({str(shared)!r}, isolation_level=None)
writer.execute("UPDATE runs SET error = 'new'")
print("ready", flush=True)
sys.stdin.read()
"""
    writer = subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True)
    assert writer.stdin is not None
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    for path in shared.parent.iterdir():
        os.chown(path, 0, 7)
        path.chmod(0o640)
    done = as_nobody("runs", "show", "last", "--database", f"sqlite:///{shared}", group=7)
    writer.communicate("")
    assert done.returncode == 0, done.stderr
    assert "error: new" in done.stdout


@needs_root
@pytest.mark.parametrize(
    ("spoil", "arguments", "words"),
    [
        (lambda path: path.parent.chmod(0o700), ("status",), "check the path and who may enter it"),
        (lambda path: path.chmod(0o600), ("status",), "unable to open"),
        (lambda path: None, ("enrich", "--regions", "VN"), "check who may write the folder"),
        (lambda path: None, ("enrich", "--report-file", "/root/x/report.txt"), "cannot be written"),
        (lambda path: None, ("enrich", "--metrics-textfile", "/root/x/y.prom"), "is writable"),
        (lambda path: None, ("enrich", "--log-file", "/root/x/y.log"), "Permission denied"),
        (lambda path: None, ("enrich", "--overrides", "/root/x/y.csv"), "Permission denied"),
    ],
)
def test_what_may_not_be_used_is_told_in_one_line(
    shared: Path, spoil: Callable[[Path], None], arguments: tuple[str, ...], words: str
):
    if stat.S_IMODE(Path("/root").stat().st_mode) & 0o005:
        pytest.skip("everybody may enter /root here")
    spoil(shared)
    done = as_nobody(*arguments, "--database", f"sqlite:///{shared}", group=7)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert words in line


def test_whether_a_run_is_at_work_is_seen_without_a_right_to_write(shared: Path):
    assert not is_held(f"sqlite:///{shared}")
    assert not is_held(f"sqlite:///{shared.with_name('none.db')}")

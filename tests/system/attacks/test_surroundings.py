"""What a process may find around it: limits, variables and folders that nobody would wish for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.child import Child
from tests.support.processes import ended


class Surroundings(NamedTuple):
    """What is done in the process before the command begins, and what must hold. Add a row."""

    name: str
    before: str
    code: int = 0
    says: str = ""


GONE = "os.mkdir('x'); os.chdir('x'); os.rmdir(os.getcwd())"
LIMIT = "resource.setrlimit(resource.{0}, ({1}, {1}))"
TABLE = (
    Surroundings("no home", "del os.environ['HOME']"),
    Surroundings("a home that is a file", "os.environ['HOME'] = '/etc/passwd'"),
    Surroundings("no variables", "os.environ.pop('PATH'); os.environ.pop('LANG', 0)"),
    Surroundings("a terminal below zero", "os.environ['COLUMNS'] = '-5'"),
    Surroundings("a terminal without end", "os.environ['COLUMNS'] = '9' * 30"),
    Surroundings("a zone that nobody knows", "os.environ['TZ'] = 'Nowhere/Nix'; time.tzset()"),
    Surroundings("no folder for files of the moment", "os.environ['TMPDIR'] = '/nowhere'"),
    Surroundings("a folder that is gone", GONE, 2, "the working folder is not there any more"),
    Surroundings("eight open files", LIMIT.format("RLIMIT_NOFILE", 8), 2, "open"),
    Surroundings("files of 300 kB", LIMIT.format("RLIMIT_FSIZE", 300_000), 2, "disk I/O error"),
    Surroundings("files of no byte", LIMIT.format("RLIMIT_FSIZE", 0), 2, "File too large"),
    Surroundings("a stack of 200 kB", LIMIT.format("RLIMIT_STACK", 200_000)),
    Surroundings("an argument of any bytes", "sys.argv += ['--report-file', '\\udcff']", 2, "not UTF-8"),
    Surroundings("a variable of any bytes", "os.environ['SPOCK_LOG_FILE'] = '\\udcff'", 2,
                 "SPOCK_LOG_FILE: it has bytes that are not UTF-8"),
    Surroundings("a variable of a megabyte", "os.environ['SPOCK_DATABASE'] = 'x' * 100_000", 2),
    Surroundings("signals that are ignored", "[signal.signal(one, signal.SIG_IGN) for one in (2, 15, 13)]"),
    Surroundings("a full log", "sys.argv += ['--log-file', '/dev/full']"),
    Surroundings("a full report", "sys.argv += ['--report-file', '/dev/full']", 2, "No space left on device"),
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_command_ends_with_a_true_code_and_one_line(row: Surroundings, master_files: Path):
    code = f"""
import os, resource, signal, sys, time
sys.argv = ["spock", "enrich", "--regions", "VN", "--kis-master-url", {str(master_files)!r}]
{row.before}
from spock_core.cli import main
sys.exit(main())
"""
    process = Child(["-c", code], environment=dict(os.environ))
    status, _, err = ended(process)
    assert status == row.code, err
    assert "Traceback" not in err
    assert "internal error" not in err
    if row.code:
        assert row.says in err.splitlines()[-1]
        assert err.isprintable() or all(line.isprintable() for line in err.splitlines())

"""Reads workbooks in a process of its own, which one that is hostile takes down alone."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from spock_core.domain.errors import ListError
from spock_core.sources.tables import workbook_process

MOST_SECONDS = 120
"""A process that was not given a core for so long is ended. See `MOST_CPU_S` there."""
_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "HOME", "LD_LIBRARY_PATH",
              "SYSTEMROOT", "TMPDIR")  # fmt: skip
"""What of the environment the process needs to find its library: it sees no key."""
_DID_NOT_RUN = "the process that reads workbooks did not run"
_BOMB = "reading it takes more memory or time than a workbook may: refused as a bomb"
_WHY = {
    workbook_process.DAMAGED: "it is not a workbook, or it is damaged",
    workbook_process.TOO_LARGE: _BOMB,
    workbook_process.NO_LIBRARY: "python-calamine cannot be imported: reinstall it",
    workbook_process.UNWRITTEN: "its cells cannot be kept for a moment: is the disk full?",
}
"""What the exit codes of the process mean. A signal ends one that takes too much."""


def workbook_lines(file: IO[bytes], name: str) -> Iterator[list[str]]:
    """Yields the cells of each line of the first sheet.

    Raises `ListError` if the file is no workbook, or takes more than workbooks may.
    """
    if importlib.util.find_spec("python_calamine") is None:
        raise ListError(
            f"{name}: reading a workbook needs python-calamine: pip install spock-core[workbooks]"
        )
    command = [sys.executable, "-P", str(Path(workbook_process.__file__))]
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    with tempfile.TemporaryFile() as lines:
        try:
            code = subprocess.run(  # noqa: S603  Spock's own module
                command,
                input=file.read(),
                stdout=lines,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=MOST_SECONDS,
                process_group=0,  # a terminal's interrupt is for the run alone
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = workbook_process.TOO_LARGE
        except OSError as error:
            raise ListError(f"{name}: no process can be started to read it ({error})") from error
        if code:
            reason = _BOMB if code < 0 else _WHY.get(code, _DID_NOT_RUN)
            raise ListError(f"{name}: {reason}")
        lines.seek(0)
        for line in lines:
            yield json.loads(line)

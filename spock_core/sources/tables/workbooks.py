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
_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
"""What of the environment the process needs: it sees no key."""


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
        if code == workbook_process.DAMAGED:
            raise ListError(f"{name}: it is not a workbook, or it is damaged")
        if code:
            raise ListError(
                f"{name}: reading it takes more memory or time than a workbook may: refused as a "
                "bomb"
            )
        lines.seek(0)
        for line in lines:
            yield json.loads(line)

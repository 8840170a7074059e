"""Reads a workbook from its standard input, and writes its lines as JSON to its output.

It is run as a process of its own, because a workbook is hostile until it is read: one cell in the
last column of the last row makes python-calamine ask for 400 GB, whereupon the process is aborted.
It imports nothing of Spock. Exit codes: 0, or one of those below; a process that a signal ended
asked for more than it may.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import sys
from collections.abc import Iterator

DAMAGED, TOO_LARGE, NO_LIBRARY, UNWRITTEN = 3, 4, 5, 6
MOST_COLUMNS = 500
MOST_MEMORY_BYTES = 256 * 1024 * 1024
"""Of its address space. HKEX's workbook of 15,400 rows takes 52 MB."""
MOST_CPU_S = 60
"""HKEX's takes 1 s."""
MOST_OUTPUT_BYTES = 256 * 1024 * 1024


def main() -> int:
    """Returns the exit code."""
    _limit()
    try:
        import python_calamine  # noqa: F401  whether it can be had
    except ImportError:
        return NO_LIBRARY
    try:
        for line in lines_of(sys.stdin.buffer.read()):
            _write(f"{json.dumps(line)}\n")
        _write("", end=True)
    except MemoryError:
        return TOO_LARGE
    except _Unwritten as error:
        return TOO_LARGE if error.number == errno.EFBIG else UNWRITTEN
    except BaseException:  # a panic of its library, which is in Rust, is no Exception
        return DAMAGED
    return 0


class _Unwritten(Exception):
    """The output could not be written."""

    def __init__(self, number: int | None) -> None:
        super().__init__()
        self.number = number


def _write(text: str, *, end: bool = False) -> None:
    try:
        sys.stdout.write(text)
        if end:
            sys.stdout.flush()
    except OSError as error:
        raise _Unwritten(error.errno) from None


def lines_of(workbook: bytes) -> Iterator[list[str]]:
    """Yields the cells of each line of the first sheet."""
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0)
    for line in sheet.iter_rows():
        yield [_text(cell) for cell in line[:MOST_COLUMNS]]


def _limit() -> None:
    """Bounds what the process may take, where the operating system can."""
    with contextlib.suppress(ImportError):
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
            (resource.RLIMIT_CPU, MOST_CPU_S),
            (resource.RLIMIT_FSIZE, MOST_OUTPUT_BYTES),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):  # the limit is lower already
                resource.setrlimit(kind, (most, most))


def _text(cell: object) -> str:
    """A cell; a number without the fraction that a workbook gives to whole numbers."""
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)


if __name__ == "__main__":
    os._exit(main())  # Python would try to write what is left once more, and change the code

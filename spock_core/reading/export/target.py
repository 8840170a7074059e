"""Where an export goes: to stdout, or into a file that is complete or as it was, never half."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from spock_core.domain.errors import OutputError, UsageError
from spock_core.reading.export.formats import Format
from spock_core.reporting.standard_streams import stdout


@contextlib.contextmanager
def stdout_for(chosen: Format) -> Iterator[BinaryIO]:
    """Gives stdout as a file of bytes. A pipe that its reader closes ends the export.

    Raises `UsageError` if a binary format would go to a terminal.
    """
    own = stdout()
    if own is None:
        raise OutputError("the output cannot be written: stdout is closed")
    if chosen in (Format.PARQUET, Format.ARROW) and own.isatty():
        raise UsageError(f"{chosen} is not for a terminal: send it to a file or a pipe")
    own.flush()
    try:
        yield _Stream(own.buffer)  # type: ignore[misc]
        own.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"the output cannot be written: {error.strerror}") from error


class _Stream(io.RawIOBase):
    """Counts what is written, because Arrow asks for its position, which a pipe cannot tell."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any) -> int:
        count = memoryview(data).nbytes
        self._file.write(data)
        self._position += count
        return count

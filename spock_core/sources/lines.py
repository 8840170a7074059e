"""The lines of a list, however long somebody made them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from spock_core.domain.bounds import MAX_LINES
from spock_core.domain.errors import ListError

MAX_LINE_BYTES = 4096
"""The longest real line of a master file has about 250 bytes."""


class LineError(ValueError):
    """A line that cannot be read. `ticker` is set where the line still tells whose it is."""

    def __init__(self, reason: str, ticker: str | None = None) -> None:
        super().__init__(reason)
        self.ticker = ticker


def bounded_lines(stream: IO[bytes], name: str) -> Iterator[bytes | None]:
    """The lines of a stream, without their ends; None for a line that is far too long.

    Raises `ListError`, in the name of the file, where there are far too many.
    """
    count = 0
    while line := stream.readline(MAX_LINE_BYTES):
        if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield None
        else:
            yield line.rstrip(b"\r\n")
        count += 1
        if count > MAX_LINES:
            raise ListError(f"{name}: more than {MAX_LINES:,} lines")

"""Reads the lines of a list with bounds on their length and number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from spock_core.domain.bounds import MAX_LINES
from spock_core.domain.errors import ListError

MAX_LINE_BYTES = 4096
"""The longest line in KIS's master files of 2025 has about 250 bytes."""


class LineError(ValueError):
    """A line that cannot be read. `ticker` is set if it could still be read from the line."""

    def __init__(self, reason: str, ticker: str | None = None) -> None:
        super().__init__(reason)
        self.ticker = ticker


def bounded_lines(stream: IO[bytes], name: str) -> Iterator[bytes | None]:
    """Yields the lines of a stream without line ends, and None for a line over `MAX_LINE_BYTES`.

    Raises `ListError` if there are more than `MAX_LINES`. `name` is the file's name in messages.
    """
    count = 0
    while line := stream.readline(MAX_LINE_BYTES):
        if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass  # skips the rest of the line
            yield None
        else:
            yield line.rstrip(b"\r\n")
        count += 1
        if count > MAX_LINES:
            raise ListError(f"{name}: more than {MAX_LINES:,} lines")

"""stdout and stderr of the command: what a command outputs goes to stdout, and nothing else does.

A plugin may print, write to descriptor 1, or start a program that does. All of that goes to stderr,
so that a document on stdout stays whole.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TextIO

_DESCRIPTORS = (0, 1, 2)
_own: list[TextIO] = []
"""The stream to the true stdout while `output_alone` lasts."""


def stdout() -> TextIO | None:
    """Returns the stream for a command's output; None if stdout was closed by whoever began it."""
    return _own[-1] if _own else sys.stdout


def open_descriptors() -> None:
    """Opens those of the descriptors 0 to 2 that are closed, on the null device, and lets a writer
    wait for its reader where whoever began this process left the pipe without that.

    Otherwise the next file that is opened, the register for one, would get the number, and whatever
    writes to stderr by its number would write into that file; and output would be cut where its
    reader is slow.
    """
    for number in _DESCRIPTORS:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
        if number:
            os.set_blocking(number, True)


@contextlib.contextmanager
def output_alone(*, for_good: bool) -> Iterator[None]:
    """Sends to stderr what anybody but `stdout()` writes to stdout.

    `for_good`: also after the block, for a process that ends then, since plugins may print when
    they are torn down.
    """
    before = sys.stdout
    if before is None:  # it was closed, and what is printed has nowhere to go
        yield
        return
    is_first = _descriptor_of(before) == 1
    own = before
    if is_first:
        before.flush()
        own = io.TextIOWrapper(os.fdopen(os.dup(1), "wb"), before.encoding, "replace")
        os.dup2(2, 1)
    _own.append(own)
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            own.flush()
        if not for_good:
            _own.pop()
            sys.stdout = before
            if is_first:
                with contextlib.suppress(OSError, ValueError):
                    before.flush()  # of what was printed through the object of old
                os.dup2(own.fileno(), 1)
                own.close()


@contextlib.contextmanager
def given_back() -> Iterator[None]:
    """Gives stdout back to all who print: a plugin's own command, whose output this is."""
    if not _own:
        yield
        return
    own, before = _own[-1], sys.stdout
    is_first = _descriptor_of(own) is not None
    diverted = os.dup(1) if is_first else None
    if is_first:
        os.dup2(own.fileno(), 1)
    sys.stdout = own
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            own.flush()
        sys.stdout = before
        if diverted is not None:
            os.dup2(diverted, 1)
            os.close(diverted)


def tell(text: str) -> None:
    """Writes a line to stderr. That nobody can read it changes nothing."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def settle() -> None:
    """Flushes the streams before the process ends. One that cannot be written is silenced.

    Python would try again at the end, and change the exit code.
    """
    for stream in (stdout(), sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            silence(stream)


def silence(stream: TextIO | None) -> None:
    """Sends what is still written to a stream to the null device."""
    with contextlib.suppress(OSError, ValueError):
        number = _descriptor_of(stream)
        if number is not None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)


def _descriptor_of(stream: TextIO | None) -> int | None:
    """The descriptor of a stream; None for one that only exists in this program."""
    try:
        return None if stream is None else stream.fileno()
    except (OSError, ValueError, AttributeError):
        return None

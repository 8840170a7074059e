"""The lock of an SQLite register: a file beside it, with a page for each region.

Who works on regions locks their pages, and writes into them who it is. All of them share a lock of
the file as a whole (`flock`), which one who needs the register alone holds exclusively. Where an
operating system has no locks of pages that belong to an open file (Linux has, `fcntl(2)`: open file
description locks), each run holds the whole.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import socket
import stat
import struct
import sys
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path

from spock_core.domain.errors import StoreError
from spock_core.domain.text import format_utc, sanitize
from spock_core.store.connection.address import check_folder, check_names

WHOLE = ""
"""Stands for the register as a whole where names of regions are."""
OPENING = "opening"
"""Stands for the right to begin a run, which is held for a moment beside whatever else is held."""
PAGE = 256
"""Bytes. The first page is that of the register as a whole."""
_LAST_PAGE = 1 + 26 * 26
"""That of `OPENING`; between the two each region has one."""
_HAS_PAGES = sys.platform == "linux" and hasattr(fcntl, "F_OFD_SETLK")
_FLOCK = "hhqqi4x"
"""`struct flock`: type, what the start counts from, start, length (0: to the end), process."""


class FileLock:
    """A lock on `<register>.lock`."""

    def __init__(self, path: Path, label: str) -> None:
        self.label = label
        check_folder(path, label)
        self._register = path.resolve()
        self._path = self._register.with_name(self._register.name + ".lock")
        self._file: int | None = None

    def take(self, names: Collection[str]) -> bool:
        """Takes regions, `WHOLE` or `OPENING`, if nobody else has any of them.

        Raises `StoreError` if the register has two names, or the lock's file cannot be used.
        """
        check_names(self._register, self.label)
        try:
            file = _opened(self._path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise self._fault(error.strerror or str(error)) from error
        try:
            took = self._take_all(file, names)
            if took:
                self._sign(file, names)
        except OSError as error:
            os.close(file)
            raise self._fault(error.strerror or str(error)) from error
        if took:
            self._file = file
        else:
            os.close(file)
        return took

    def give_back(self) -> None:
        """Gives back what was taken."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def held(self) -> frozenset[str] | None:
        """The regions that somebody works on, or `WHOLE`.

        Needs no right to write. None where the file may not even be read: a run that has no end in
        the register is at work then as far as anybody can tell.
        """
        try:
            file = _opened(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return frozenset()
        except OSError:
            return None
        try:
            if not _HAS_PAGES:
                return frozenset() if _take_whole(file, shared=True) else None
            held = frozenset(_name(page) for page in _held_pages(file, _signed_pages(file)))
            return held - {OPENING}
        finally:
            os.close(file)

    def holders(self, names: Collection[str]) -> list[tuple[str, str]]:
        """Each of these that somebody has, and who, since when; `WHOLE` stands for all."""
        try:
            file = _opened(self._path, os.O_RDONLY)
        except OSError:
            return []
        try:
            pages = _signed_pages(file) if WHOLE in names else map(_page, names)
            held = _held_pages(file, pages) if _HAS_PAGES else [0]
            return [(_name(page), _read(file, page)) for page in held]
        finally:
            os.close(file)

    def _take_all(self, file: int, names: Collection[str]) -> bool:
        shared = _HAS_PAGES and WHOLE not in names
        if OPENING not in names and not _take_whole(file, shared=shared):
            return False
        if _HAS_PAGES and not all(
            _take_pages(file, _page(name), _LAST_PAGE if name == WHOLE else 1) for name in names
        ):
            return False
        with contextlib.suppress(OSError):
            return os.path.samestat(os.fstat(file), self._path.stat())
        return False  # somebody deleted the file meanwhile: what is locked is no lock any more

    def _fault(self, reason: str) -> StoreError:
        return StoreError(
            f"{self.label}: {self._path.name} beside it cannot be locked ({reason}): "
            "check who may write the folder"
        )

    @staticmethod
    def _sign(file: int, names: Collection[str]) -> None:
        since = format_utc(datetime.now(UTC))
        said = {"process": os.getpid(), "host": socket.gethostname()[:64], "since": since}
        text = json.dumps(said).encode().ljust(PAGE - 1) + b"\n"
        for name in names if _HAS_PAGES else (WHOLE,):
            os.pwrite(file, text, _page(name) * PAGE)


def words(process: int, host: str, since: str) -> str:
    """Who holds a lock, in words."""
    return f"process {process} on {host}, since {since}"


def _opened(path: Path, flags: int) -> int:
    """Opens the lock's file. Raises `OSError`, also where it is a pipe or a device: to open one may
    block, and what it says may never end."""
    file = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, 0o644)
    if stat.S_ISREG(os.fstat(file).st_mode):
        return file
    os.close(file)
    raise OSError(errno.EINVAL, "it is no regular file")


def _page(name: str) -> int:
    if name in (WHOLE, OPENING):
        return 0 if name == WHOLE else _LAST_PAGE
    return 1 + 26 * (ord(name[0]) - ord("A")) + ord(name[1]) - ord("A")


def _name(page: int) -> str:
    if page in (0, _LAST_PAGE):
        return WHOLE if page == 0 else OPENING
    first, second = divmod(page - 1, 26)
    return chr(ord("A") + first) + chr(ord("A") + second)


def _signed_pages(file: int) -> list[int]:
    """The pages in which anybody has ever written, and that of the register as a whole."""
    pages = range(1, min(os.fstat(file).st_size // PAGE, _LAST_PAGE + 1))
    return [0, *(page for page in pages if os.pread(file, 1, page * PAGE) == b"{")]


def _held_pages(file: int, pages: Iterable[int]) -> list[int]:
    """Those of these pages that are locked; the first one alone where the whole register is."""
    return sorted({held for page in pages if (held := _holder_of(file, page)) is not None})


def _read(file: int, page: int) -> str:
    """Who signed a page."""
    try:
        said = json.loads(os.pread(file, PAGE, page * PAGE))
        host, since = sanitize(str(said["host"])), sanitize(str(said["since"]))
        return words(int(said["process"]), host, since)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return "begun this instant"


def _take_whole(file: int, *, shared: bool) -> bool:
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_pages(file: int, first: int, count: int) -> bool:
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, _range(first, count))
    except (BlockingIOError, PermissionError):  # what POSIX allows for "somebody has it"
        return False
    return True


def _holder_of(file: int, page: int) -> int | None:
    """The page that another has locked: this one, or that of the register as a whole. None if
    nobody has locked it."""
    answer = fcntl.fcntl(file, fcntl.F_OFD_GETLK, _range(page, 1))
    kind, _, start, _, _ = struct.unpack(_FLOCK, answer)
    return None if kind == fcntl.F_UNLCK else page * bool(start)


def _range(first: int, count: int) -> bytes:
    return struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, first * PAGE, count * PAGE, 0)

"""What threads are in, in memory that another process can read.

A plugin whose code in C lets nothing else of the process run can only be named from outside.
"""

from __future__ import annotations

import mmap
import threading
from collections.abc import Iterator

_TEXT_BYTES = 200
_MOST_TEXTS = 250
"""Hooks and methods of sources that fit; what is beyond is not shown."""
_MOST_THREADS = 16
_NOTHING = bytes(2)
_FIRST = 2
"""Where the numbers begin, after the beats; the texts follow them."""
_SIZE = _FIRST + 2 * _MOST_THREADS + _TEXT_BYTES * (_MOST_TEXTS + 1)


class Board:
    """Shared with the processes that are forked after it was made.

    A thread has the number of what it is in, whose text is in its place. A call costs two bytes,
    since there are tens of thousands.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _SIZE)
        self._threads: dict[int, int] = {}
        self._numbers: dict[tuple[str, str], bytes] = {}
        self._new = threading.Lock()
        """Held while a thread, or a call, gets the next free place."""

    def leave(self) -> None:
        """Shares nothing any more: what this process, which was forked, shows is its own."""
        self._memory = mmap.mmap(-1, _SIZE)
        self._new = threading.Lock()  # another thread of the first process may have held it

    def beat(self) -> None:
        """Shows that threads of this process run."""
        self._memory[0] = (self._memory[0] + 1) % 256

    @property
    def beats(self) -> int:
        """Another number after each beat."""
        return self._memory[0]

    def show(self, thread: int, call: tuple[str, str] | None) -> None:
        """Shows a thread's call, a plugin and what it was asked for, in the place of its last."""
        where = self._threads.get(thread)
        if where is None:
            with self._new:
                where = _FIRST + 2 * (len(self._threads) % _MOST_THREADS)
                self._threads[thread] = where
        number = _NOTHING if call is None else self._numbers.get(call) or self._number(call)
        self._memory[where : where + 2] = number

    def read(self) -> str:
        """Returns what threads are in: the plugin, and what it was asked for; empty if none is."""
        return " or ".join(dict.fromkeys(self._shown()))

    def _shown(self) -> Iterator[str]:
        for where in range(_FIRST, _FIRST + 2 * _MOST_THREADS, 2):
            number = int.from_bytes(self._memory[where : where + 2], "big")
            if 0 < number <= _MOST_TEXTS:
                start = _place(number)
                text = self._memory[start : start + _TEXT_BYTES].rstrip(b"\0")
                yield text.decode("utf-8", "replace")

    def _number(self, call: tuple[str, str]) -> bytes:
        with self._new:
            if (shown := self._numbers.get(call)) is not None:  # since the caller looked
                return shown
            number = len(self._numbers) + 1
            if number > _MOST_TEXTS:
                return _NOTHING
            text = f"plugin {call[0]} does not return from {call[1]}"
            encoded = text.encode("utf-8", "replace")[:_TEXT_BYTES]
            self._memory[_place(number) : _place(number) + len(encoded)] = encoded
            self._numbers[call] = shown = number.to_bytes(2, "big")
            return shown


def _place(number: int) -> int:
    return _FIRST + 2 * _MOST_THREADS + _TEXT_BYTES * number

"""Keeps the working folder, in which the user's relative paths are, whatever plugins do to it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def folder_kept() -> Iterator[None]:
    """At the end of the block the working folder is that of its beginning."""
    try:
        before = Path.cwd()
    except OSError:  # it is not there any more
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.chdir(before)

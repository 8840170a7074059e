"""Dask's loggers, which write to stderr by themselves, are silent during a run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("distributed", "tornado")
LOUDEST = logging.CRITICAL + 1


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Silences the loggers, and gives them their levels back. Import Dask before."""
    before = {one: one.level for one in _loggers()}
    for one in before:
        one.setLevel(LOUDEST)
    try:
        yield
    finally:
        for one, level in before.items():
            one.setLevel(level)


def _loggers() -> list[logging.Logger]:
    """All that exist: a logger with a level of its own does not follow its parent."""
    names = [one for one in logging.root.manager.loggerDict if one.partition(".")[0] in NAMES]
    return [logging.getLogger(name) for name in {*NAMES, *names}]

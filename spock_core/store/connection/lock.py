"""One run at a time works on a region of a register. The lock dies with the process that holds it.

For SQLite it is a lock of the operating system on a file beside the register, for PostgreSQL
advisory locks of a connection. Other databases have none that is known here.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy.engine import URL

from spock_core.domain.errors import LockedError
from spock_core.domain.stop import Stop
from spock_core.store.connection.address import TIMEOUT_S, file_of, label_of, parse_url
from spock_core.store.connection.advisory_lock import AdvisoryLock
from spock_core.store.connection.file_lock import OPENING, WHOLE, FileLock

PATIENCE_S = 0.3
"""How long a run waits for a lock that another one may have for an instant."""
_POLL_S = 0.5

log = logging.getLogger(__name__)


@contextlib.contextmanager
def only_run(
    database: str,
    *,
    wait: bool,
    stop: Stop,
    timeout_s: float = TIMEOUT_S,
    patience_s: float = PATIENCE_S,
    regions: Collection[str] = (WHOLE,),
    advice: str = "wait for its end (--wait)",
) -> Iterator[None]:
    """Holds the locks of regions, of the register as a whole, or of the right to begin.

    Raises `LockedError`, naming who holds one of them, or waits for it: all are taken together, so
    that no two runs wait for each other. Asked to stop while it waits, it raises `Stopped`.
    `timeout_s`: how long a server may take to answer; `patience_s`: how long another may have what
    it has for an instant; `advice`: what the user of a locked register is told to do.
    """
    lock = _lock_of(parse_url(database), timeout_s)
    if lock is None:
        if OPENING not in regions:
            log.warning(
                "%s: Spock knows no lock there; see to it that no two runs overlap",
                label_of(parse_url(database)),
            )
        yield
        return
    told = False
    patience = time.monotonic() + patience_s
    while not lock.take(regions):
        impatient = time.monotonic() > patience
        if impatient and not (wait and told):
            at_work = f"{lock.label}: another run is at work, {_said(lock.holders(regions))}"
            if not wait:
                raise LockedError(f"{at_work}: {advice}")
            told = True
            log.info("%s: waiting for its end", at_work)
        stop.sleep(_POLL_S if told else PATIENCE_S / 10)
    try:
        yield
    finally:
        lock.give_back()


def held_regions(url: URL) -> frozenset[str] | None:
    """The regions that runs are working on now, or `WHOLE`, which one has that changes the schema.
    None where nobody can tell."""
    lock = _lock_of(url)
    return lock.held() if lock is not None else frozenset()


def _lock_of(url: URL, timeout_s: float = TIMEOUT_S) -> FileLock | AdvisoryLock | None:
    path = file_of(url)
    if path is not None:
        return FileLock(path, label_of(url))
    if url.get_backend_name() == "postgresql":
        return AdvisoryLock(url, timeout_s)
    return None


def _said(holders: Sequence[tuple[str, str]]) -> str:
    """Who works on what, in words."""
    regions: dict[str, list[str]] = {}
    for name, who in holders:
        its = regions.setdefault(who, [])
        its += [name] if name not in (WHOLE, OPENING) else []
    said = [f"{who} ({' '.join(its)})" if its else who for who, its in regions.items()]
    return " and ".join(said) or "begun this instant"

"""Opens a register for a run on some regions: with their locks held, and the schema of this
version."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection

from spock_core.domain.errors import LockedError, NoRegister, OlderSchema
from spock_core.domain.stop import Stop
from spock_core.store.connection.database import Database
from spock_core.store.connection.lock import only_run
from spock_core.store.connection.opening import open_database

_POLL_S = 0.1


def open_locked(
    address: str,
    regions: Collection[str],
    stack: contextlib.ExitStack,
    *,
    wait: bool,
    stop: Stop,
    timeout_s: float,
) -> Database:
    """Opens a register that is this run's alone as far as these regions go. `stack` gives back what
    was opened and locked.

    A register is made, or its schema changed, with the lock of the register as a whole, while no
    run works on any region. Another run that does so is waited for, up to `timeout_s`. Raises the
    errors of `only_run` and `open_database`.
    """
    patience = time.monotonic() + timeout_s

    def locked(
        regions: Collection[str] | None, wait: bool
    ) -> contextlib.AbstractContextManager[None]:
        return only_run(address, wait=wait, stop=stop, timeout_s=timeout_s, regions=regions)

    while True:
        with contextlib.ExitStack() as opened:
            opened.enter_context(locked(regions, wait))
            stop.check()
            with contextlib.suppress(NoRegister, OlderSchema):
                database = open_database(address, create=False, migrate=False, timeout_s=timeout_s)
                opened.callback(database.close)
                stack.push(opened.pop_all())
                return database
        try:
            with locked(None, wait=False):
                open_database(address, create=True, timeout_s=timeout_s).close()
        except LockedError:
            if not wait and time.monotonic() > patience:
                raise
            stop.sleep(_POLL_S)

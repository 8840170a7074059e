"""Opens a register for a run on some regions: with their locks held, and the schema of this
version."""

from __future__ import annotations

import contextlib
from collections.abc import Collection

from spock_core.domain.errors import LockedError, NoRegister, OlderSchema
from spock_core.domain.stop import Stop
from spock_core.store.connection.database import Database
from spock_core.store.connection.file_lock import OPENING, WHOLE
from spock_core.store.connection.lock import PATIENCE_S, only_run
from spock_core.store.connection.opening import open_database


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

    Runs begin one after the other, so that one of them makes the register, and one changes an older
    schema, for which no run may be at work. One that begins is waited for, up to `timeout_s`.
    Raises the errors of `only_run` and `open_database`.
    """

    def locked(
        names: Collection[str], *, wait: bool = False, patience_s: float = PATIENCE_S
    ) -> contextlib.AbstractContextManager[None]:
        return only_run(
            address,
            wait=wait,
            stop=stop,
            timeout_s=timeout_s,
            patience_s=patience_s,
            regions=names,
        )

    while True:
        needed = regions
        with locked((OPENING,), patience_s=timeout_s), contextlib.ExitStack() as opened:
            try:
                opened.enter_context(locked(regions))
                stop.check()
                try:
                    database = open_database(
                        address, create=False, migrate=False, timeout_s=timeout_s
                    )
                except NoRegister:
                    database = open_database(address, create=True, timeout_s=timeout_s)
                except OlderSchema:
                    opened.close()
                    needed = (WHOLE,)
                    with locked(needed):
                        open_database(address, create=False, timeout_s=timeout_s).close()
                    continue
            except LockedError:
                if not wait:
                    raise
            else:
                opened.callback(database.close)
                stack.push(opened.pop_all())
                return database
        with locked(needed, wait=True):  # nobody else is to wait for it to begin
            pass

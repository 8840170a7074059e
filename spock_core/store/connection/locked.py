"""Opens a register for a run on some regions, with their locks held, and changes an older schema
while no run is at work."""

from __future__ import annotations

import contextlib
from collections.abc import Collection

from spock_core.domain.errors import LockedError, NoRegister, OlderSchema
from spock_core.domain.stop import Stop
from spock_core.store.connection.database import Database
from spock_core.store.connection.file_lock import OPENING, WHOLE
from spock_core.store.connection.lock import only_run
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
        names: Collection[str], *, wait: bool = False
    ) -> contextlib.AbstractContextManager[None]:
        return only_run(address, wait=wait, stop=stop, timeout_s=timeout_s, regions=names)

    while True:
        needed = regions
        with beginning(address, timeout_s, stop), contextlib.ExitStack() as opened:
            try:
                opened.enter_context(locked(regions))
                stop.check()
                try:
                    database = open_database(
                        address, create=False, migrate=False, timeout_s=timeout_s, stop=stop
                    )
                except NoRegister:
                    database = open_database(address, create=True, timeout_s=timeout_s, stop=stop)
                except OlderSchema:
                    opened.close()
                    needed = (WHOLE,)
                    upgrade(address, timeout_s=timeout_s, stop=stop)
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


def beginning(
    address: str, timeout_s: float, stop: Stop
) -> contextlib.AbstractContextManager[None]:
    """Within the block no other run opens the register, and none writes that it began. Waits for
    one that does, up to `timeout_s`; raises the errors of `only_run`."""
    return only_run(
        address,
        wait=False,
        stop=stop,
        timeout_s=timeout_s,
        patience_s=timeout_s,
        regions=(OPENING,),
    )


def upgrade(address: str, *, timeout_s: float, stop: Stop) -> None:
    """Brings an older schema to this version of Spock. Raises `LockedError` while a run is at work,
    whose tables would change under it, and the errors of `open_database`."""
    alone = only_run(
        address,
        wait=False,
        stop=stop,
        timeout_s=timeout_s,
        advice="wait for its end, then the older schema can be upgraded",
    )
    with alone:
        open_database(address, create=False, timeout_s=timeout_s, stop=stop).close()

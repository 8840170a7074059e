"""The proof, at each transaction that writes, that the register is still this run's to write.

The lock of `lock.py` may be lost without notice: PostgreSQL ends the connection that holds it, the
lock's file is deleted. The next run then closes the row of this one in `runs`, and so takes the
register over. A run whose row is closed writes nothing more.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, bindparam, select

from spock_core.domain.errors import LeaseLost, StoreError
from spock_core.domain.results import RunStatus
from spock_core.store.connection.address import check_names
from spock_core.store.schema import runs

_MINE = select(runs.c.status).where(runs.c.run_id == bindparam("mine")).with_for_update(read=True)


class Fence:
    """What makes a run the register's writer: its open row, and the file that it opened."""

    def __init__(self, run_id: int, path: Path | None, label: str) -> None:
        self._run_id = run_id
        self._path = path
        self._label = label
        self._opened = self._identity()

    def check_file(self) -> None:
        """Raises `StoreError` if another file, or none, is where the register was opened, or if it
        has got another name.

        What is written to a file without a name would be lost, as SQLite goes on with it; of one
        with two names, another run could hold the lock beside the other name.
        """
        if self._identity() != self._opened:
            raise StoreError(
                f"{self._label}: the file was deleted or replaced while the run wrote to it, and "
                "what the run learned since is lost: run again"
            )
        if self._path is not None:
            check_names(self._path, self._label)

    def check_row(self, connection: Connection) -> None:
        """Raises `LeaseLost` if another run closed this run's row.

        Call it within the transaction that writes. PostgreSQL locks the row until its end, so that
        another run can only take over before or after it; SQLite has a single writer.
        """
        status = connection.execute(_MINE, {"mine": self._run_id}).scalar()
        if status != RunStatus.RUNNING:
            raise LeaseLost(
                f"{self._label}: this run lost its lock and another run took the register over: "
                "this one writes nothing more"
            )

    def _identity(self) -> tuple[int, int] | None:
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

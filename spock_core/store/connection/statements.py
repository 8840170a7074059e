"""Compiled statements: those of SQLite are kept for all registers that this process opens.

SQLAlchemy compiles a statement once for each engine, as every engine has a dialect of its own. On a
small register that is half of a run, and a program that opens one register after another, such as a
notebook, a service or a test run, would spend it each time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.util import LRUCache

_compiled: LRUCache[Any, Any] = LRUCache(500)
"""By dialect and statement; as many as SQLAlchemy keeps for one engine."""
_connected: list[Dialect] = []
"""The dialect that the first connection has told what this SQLite can do; at most one."""


def share_statements(engine: Engine) -> None:
    """Lets an engine of SQLite use what others have compiled. Call it before it is used."""
    engine.update_execution_options(compiled_cache=_compiled)
    if _connected:
        engine.dialect = _connected[0]
        return

    @event.listens_for(engine, "connect")
    def on_connect(_connection: Any, _record: Any) -> None:
        if not _connected:
            _connected.append(engine.dialect)

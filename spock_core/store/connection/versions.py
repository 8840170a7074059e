"""The version of a register's schema: checked on every start, raised with a backup beside it."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ClauseElement,
    Column,
    Connection,
    Dialect,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine.mock import MockConnection

from spock_core.domain.errors import NoRegister, OlderSchema, StoreError
from spock_core.store import schema, views

if TYPE_CHECKING:
    from alembic.config import Config

    from spock_core.store.connection.database import Database

CURRENT = "0012"
"""The newest revision in `migrations/versions`. A test holds the two together."""
VERSION_TABLE = "spock_schema"

_VERSION = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))
"""As alembic makes it."""

log = logging.getLogger(__name__)


def bring_up_to_date(database: Database, path: Path | None, *, create: bool, migrate: bool) -> None:
    """Makes the schema of this version where there is none or an older one.

    Raises `OlderSchema` for an older one without `migrate`, `NoRegister` for none without `create`,
    and `StoreError` for a newer schema and for tables that are somebody else's.
    """
    with database.read() as connection:
        found = _version(connection)
        if found == CURRENT:
            return
        inspected = inspect(connection)
        tables = {*inspected.get_table_names(), *inspected.get_view_names()}
    if found is None:
        if foreign := sorted(tables & {*schema.metadata.tables, *views.metadata.tables}):
            raise StoreError(
                f"{database.label} already has a table {foreign[0]} that Spock did not make: "
                "name another database"
            )
        if not create:
            raise NoRegister(f"there is no register in {database.label} yet: run `spock enrich`")
        _create(database)
        return
    if not _is_older(found):
        raise StoreError(
            f"{database.label} has schema {found}, newer than this Spock's {CURRENT}: "
            "upgrade spock-core"
        )
    if not migrate:
        raise OlderSchema(
            f"{database.label} has schema {found} and this Spock writes {CURRENT}: "
            "`spock status` or a real run upgrades it, with a backup beside it"
        )
    if path is not None:
        backup = back_up(path, found)
        log.info("upgrading schema %s to %s; backup in %s", found, CURRENT, backup)
    _upgrade(database)


def back_up(path: Path, version: str) -> Path:
    """Copies an SQLite file beside itself, whole even while others read it."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.name}.schema-{version}.{stamp}.bak")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        shutil.copymode(path, target)
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be backed up to {target}: {error}") from error
    return target


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(select(_VERSION.c.version_num)).scalar()
    return found


def _is_older(version: str) -> bool:
    from alembic.script import ScriptDirectory

    known = ScriptDirectory.from_config(_config()).walk_revisions()
    return version in {revision.revision for revision in known}


def _create(database: Database) -> None:
    """The newest schema at once. A test holds it equal to what the migrations lead to."""
    database.use_wal()
    with database.write() as connection:
        if _version(connection) == CURRENT:
            return  # another process was quicker
        for statement in _definitions(connection.dialect):
            connection.exec_driver_sql(statement)
        connection.execute(insert(_VERSION).values(version_num=CURRENT))


@lru_cache(maxsize=1)
def _definitions(dialect: Dialect) -> tuple[str, ...]:
    """The SQL of all tables and views, in their order; SQLAlchemy takes long to write it."""
    statements: list[str] = []

    def note(statement: ClauseElement, *_args: Any, **_options: Any) -> None:
        statements.append(str(statement.compile(dialect=dialect)))

    for metadata in (schema.metadata, views.metadata, _VERSION.metadata):
        metadata.create_all(MockConnection(dialect, note), checkfirst=False)
    return tuple(statements)


def _upgrade(database: Database) -> None:
    from alembic import command

    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    folder = Path(__file__).parents[1] / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config

"""How connections to PostgreSQL are set up: none waits for ever, and texts of all languages fit."""

from __future__ import annotations

from math import ceil
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL

from spock_core.domain.errors import StoreError
from spock_core.store.connection.address import engine_of, label_of

_LEAST_CONNECT_S = 2
"""libpq waits at least so long: https://www.postgresql.org/docs/current/libpq-connect.html"""


def postgresql_engine(url: URL, timeout_s: float, **options: Any) -> Engine:
    """An engine whose connections are made, and get a lock, within about so many seconds.

    What the URL or the server's settings say of the same wins for `connect_timeout` and the
    keepalives. Statements may take as long as they work: a million listings take minutes. That the
    server vanished from the network is noticed after a minute.
    """
    if url.get_driver_name() == "psycopg":
        waits = {
            "connect_timeout": max(_LEAST_CONNECT_S, ceil(timeout_s)),
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "client_encoding": "utf8",
        }
        given = {name: value for name, value in waits.items() if name not in url.query}
        options["connect_args"] = given
    engine = engine_of(url, **options)
    label = label_of(url)
    wait_ms = max(1, ceil(timeout_s * 1000))  # 0 would be to wait for ever

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT set_config('lock_timeout', '{wait_ms}ms', false), "
                "current_setting('server_encoding')"
            )
            _, encoding = cursor.fetchone()
        connection.commit()
        if encoding != "UTF8":
            raise StoreError(
                f"{label}: the database has the encoding {encoding}, which does not hold the names "
                "of all markets: name one that CREATE DATABASE … ENCODING 'UTF8' TEMPLATE "
                "template0 made"
            )

    return engine

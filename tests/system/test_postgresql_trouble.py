"""A PostgreSQL server in trouble: said in one line with what to do, and the next run goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from spock_core.domain.errors import StoreError
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.hookspecs import hookimpl
from spock_core.plugins.loader import load_plugins
from spock_core.settings.model import Settings
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.postgresql import Server, running_server
from tests.system.test_postgresql import rows

LEARNED = ("tickers", "stock_details", "observations")


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """A server that these tests may stop."""
    with running_server() as running:
        yield running


@pytest.fixture
def database(own_server: Server) -> str:
    """The URL of an empty database."""
    own_server.do("DROP DATABASE IF EXISTS spock WITH (FORCE)", "CREATE DATABASE spock")
    return own_server.of("spock")


def said(outcome: Outcome) -> str:
    """The one line that the command ended with."""
    assert outcome.code == 2, outcome.err
    assert "Traceback" not in outcome.err
    line = outcome.err.strip().splitlines()[-1]
    assert "postgresql" in line
    return line


class StopsTheServer:
    """Stops the server when the first region's lists are applied."""

    def __init__(self, server: Server) -> None:
        self.server, self.done = server, False

    @hookimpl
    def spock_region_listed(self) -> None:
        if not self.done:
            self.done = True
            self.server.control("stop")


def test_a_server_that_stops_in_the_middle_of_a_run(
    enrich: Spock, own_server: Server, database: str, master_files: Path
):
    plugins = load_plugins()
    plugins.add(StopsTheServer(own_server), name="stops")
    settings = Settings.model_validate(
        {"database": database, "kis_master_url": str(master_files), "sources": ["kis"]}
    )
    try:
        with pytest.raises(StoreError, match=r"run again when|try again") as one:
            run_pipeline(settings, plugins)
    finally:
        own_server.control("start")
    assert "\n" not in str(one.value)
    assert rows(database, "tickers")
    assert enrich("--database", database).code == 0
    assert enrich("--database", "sqlite:///spock.db").code == 0
    for table in LEARNED:
        assert rows(database, table) == rows("sqlite:///spock.db", table), table
    statuses = [row for row in rows(database, "runs") if "interrupted" in row or "success" in row]
    assert len(statuses) == 2


def test_sessions_that_the_server_ends(enrich: Spock, own_server: Server, database: str):
    assert enrich("--database", database, "--regions", "VN").code == 0
    own_server.do(
        "CREATE FUNCTION fell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'spock'; "
        "RETURN NEW; END $$",
        "CREATE TRIGGER fell BEFORE INSERT ON stock_details EXECUTE FUNCTION fell()",
        database="spock",
    )
    line = said(enrich("--database", database))
    assert "run again when the server is back" in line
    own_server.do("DROP FUNCTION fell CASCADE", database="spock")
    assert enrich("--database", database).code == 0


@pytest.mark.parametrize("limit", [0, 1])
def test_a_server_without_a_free_connection(
    enrich: Spock, own_server: Server, database: str, limit: int
):
    own_server.do(
        "DROP ROLE IF EXISTS few", f"CREATE ROLE few LOGIN CONNECTION LIMIT {limit}",
        "GRANT ALL ON DATABASE spock TO few",
    )  # fmt: skip
    own_server.do("GRANT ALL ON SCHEMA public TO few", database="spock")
    url = own_server.of("spock", "few")
    assert "try again later" in said(enrich("--database", url, "--regions", "VN"))
    own_server.do("ALTER ROLE few CONNECTION LIMIT -1")
    assert enrich("--database", url, "--regions", "VN").code == 0
    own_server.do("DROP OWNED BY few", database="spock")


def test_a_database_that_may_only_be_read(
    enrich: Spock, spock: Spock, own_server: Server, database: str
):
    assert enrich("--database", database, "--regions", "VN").code == 0
    own_server.do("ALTER DATABASE spock SET default_transaction_read_only = on")
    assert "name the primary server" in said(enrich("--database", database, "--regions", "VN"))
    assert spock("status", "--database", database).code == 0
    own_server.do("ALTER DATABASE spock RESET default_transaction_read_only")
    assert enrich("--database", database, "--regions", "VN").code == 0


def test_a_standby_is_read_and_never_written(
    enrich: Spock, spock: Spock, own_server: Server, database: str
):
    assert enrich("--database", database, "--regions", "VN").code == 0
    own_server.control("stop")
    signal = own_server.folder / "standby.signal"
    signal.touch()
    own_server.control("start")
    try:
        assert "name the primary server" in said(enrich("--database", database))
        assert spock("status", "--database", database).code == 0
        assert spock("list", "--database", database).code == 0
    finally:
        own_server.control("stop")
        signal.unlink()
        own_server.control("start")
    assert enrich("--database", database, "--regions", "VN").code == 0


def test_a_role_without_rights(enrich: Spock, spock: Spock, own_server: Server, database: str):
    own_server.do("DROP ROLE IF EXISTS nobody", "CREATE ROLE nobody LOGIN")
    url = own_server.of("spock", "nobody")
    assert "docs/operations.md" in said(enrich("--database", url, "--regions", "VN"))
    assert enrich("--database", database, "--regions", "VN").code == 0
    assert "docs/operations.md" in said(enrich("--database", url, "--regions", "VN"))
    assert "docs/operations.md" in said(spock("status", "--database", url))


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_does_not_hold_all_names(
    enrich: Spock, spock: Spock, own_server: Server, encoding: str
):
    own_server.do(
        "DROP DATABASE IF EXISTS narrow WITH (FORCE)",
        f"CREATE DATABASE narrow ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' "
        "TEMPLATE template0",
    )
    url = own_server.of("narrow")
    for outcome in (enrich("--database", url), spock("status", "--database", url)):
        assert f"encoding {encoding}" in said(outcome)
    assert "ENCODING 'UTF8'" in said(outcome)


def test_a_table_that_another_program_holds(enrich: Spock, own_server: Server, database: str):
    assert enrich("--database", database, "--regions", "VN").code == 0
    engine = create_engine(database)
    with engine.connect() as other:
        other.execute(text("LOCK TABLE stock_details IN ACCESS EXCLUSIVE MODE"))
        outcome = enrich("--database", database, "--regions", "VN", "--database-timeout", "0.05")
    engine.dispose()
    assert "longer than --database-timeout" in said(outcome)
    assert enrich("--database", database, "--regions", "VN").code == 0


def test_a_database_and_a_server_that_are_not_there(spock: Spock, own_server: Server):
    assert "CREATE DATABASE" in said(spock("enrich", "--database", own_server.of("missing")))
    url = f"postgresql+psycopg://me@/spock?host={Path.cwd()}"
    assert "check that the server runs" in said(spock("enrich", "--database", url))

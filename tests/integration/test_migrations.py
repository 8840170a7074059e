"""A register made by an older Spock upgrades itself, with a backup beside it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from spock_core.domain.stop import Stop
from spock_core.store import schema
from spock_core.store.connection import versions
from spock_core.store.connection.lock import only_run
from spock_core.store.views import create_views, drop_views
from tests.conftest import Spock
from tests.support.kis_files import add_stocks


def migrate(path: str, revision: str) -> None:
    """Brings a database to a revision by the migrations alone."""
    engine = create_engine(f"sqlite:///{path}")
    config = versions._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def shape(path: str) -> dict[str, Any]:
    engine = create_engine(f"sqlite:///{path}")
    found = inspect(engine)
    tables = {
        name: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)],
            found.get_pk_constraint(name)["constrained_columns"],
            sorted(str(key["referred_columns"]) for key in found.get_foreign_keys(name)),
            sorted(str(index["column_names"]) for index in found.get_indexes(name)),
        )
        for name in found.get_table_names()
    }
    views = {name: found.get_view_definition(name) for name in found.get_view_names()}
    engine.dispose()
    return tables | views


@pytest.fixture
def old_register() -> None:
    """A register of schema 0001 with one gone stock in it."""
    migrate("spock.db", "0001")
    with closing(sqlite3.connect("spock.db")) as connection, connection:
        connection.execute(
            "INSERT INTO tickers VALUES ('VN', 'OLD', 'OLD JSC', NULL, 'HSTC', 'HNX', 'OLD.VN', "
            "'VND', 'STOCK', 'common', 100, '610', 'kis', 0, '2025-01-01 00:00:00.000000', "
            "'2025-01-01 00:00:00.000000')"
        )


def test_an_older_register_is_upgraded_and_keeps_its_rows(enrich: Spock, register, old_register):
    outcome = enrich("--regions", "VN")
    assert outcome.code == 0
    assert "upgrading schema 0001 to" in outcome.err
    assert register("SELECT name, is_active FROM tickers WHERE ticker = 'OLD'") == [("OLD JSC", 0)]
    assert register("SELECT version_num FROM spock_schema") == [(versions.CURRENT,)]


def test_a_register_from_before_listing_periods_parts_what_passed(enrich, register, master_files):
    migrate("spock.db", "0005")
    with closing(sqlite3.connect("spock.db")) as connection, connection:
        connection.execute(
            "INSERT INTO tickers VALUES ('VN', 'BANK', 'RIVER BANK JSC', NULL, 'HSTC', 'HSX', "
            "'BANK.VN', 'VND', 'STOCK', 'common', 100, '610', 'kis', 1, "
            "'2025-01-01 00:00:00.000000', '2025-01-01 00:00:00.000000')"
        )
        connection.execute(
            "INSERT INTO stock_details (region, ticker, sector, sector_source, last_updated) "
            "VALUES ('VN', 'BANK', 'Financials', 'kis', '2025-01-01 00:00:00.000000')"
        )
        connection.execute(
            "INSERT INTO observations VALUES ('VN', 'BANK', 'kis', '{\"sector_code\": \"610\"}', "
            "'2025-01-01 00:00:00.000000')"
        )
    add_stocks(master_files, "HSX", {"BANK": "000"}, c7="LOTUS STEEL JSC")
    assert enrich("--regions", "VN").region("VN")["listing"]["passed"] == 1
    assert register("SELECT sector FROM stock_details WHERE ticker = 'BANK'") == [(None,)]
    assert register("SELECT name, sector FROM listing_periods") == [
        ("RIVER BANK JSC", "Financials")
    ]


def test_the_backup_beside_it_is_the_register_as_it_was(enrich: Spock, old_register):
    enrich("--regions", "VN")
    [backup] = Path().glob("spock.db.schema-0001.*.bak")
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT ticker FROM tickers").fetchall() == [("OLD",)]
        assert connection.execute("SELECT version_num FROM spock_schema").fetchall() == [("0001",)]


def test_a_dry_run_upgrades_nothing(spock: Spock, old_register, register):
    outcome = spock("enrich", "--dry-run")
    assert outcome.code == 2
    assert "has schema 0001" in outcome.err
    assert register("SELECT version_num FROM spock_schema") == [("0001",)]


def test_status_upgrades_too(spock: Spock, old_register, register):
    assert spock("status").code == 0
    assert register("SELECT version_num FROM spock_schema") == [(versions.CURRENT,)]


def test_a_register_is_not_upgraded_under_a_run(
    spock: Spock, enrich: Spock, old_register, register
):
    with only_run("sqlite:///spock.db", wait=False, stop=Stop(), regions=["HK"]):
        for outcome in (spock("status"), enrich("--regions", "VN")):
            assert outcome.code == 3
            assert f"another run is at work, process {os.getpid()} on " in outcome.err
            assert "wait for its end, then the older schema can be upgraded" in outcome.err
    assert register("SELECT version_num FROM spock_schema") == [("0001",)]
    assert spock("status").code == 0


def test_a_killed_run_of_a_version_that_kept_no_regions_is_closed(enrich: Spock, register):
    migrate("spock.db", "0011")
    register(
        "INSERT INTO runs (started_at, status, mode, refresh, made_up, settings) VALUES "
        "('2025-01-01 00:00:00.000000', 'running', 'parallel', 'incremental', 0, '{}')"
    )
    assert enrich("--regions", "VN").code == 0
    assert register("SELECT status, regions FROM runs ORDER BY run_id") == [
        ("interrupted", None),
        ("success", "VN"),
    ]


def test_a_newer_register_is_left_alone(spock: Spock, enrich: Spock, register):
    enrich("--regions", "VN")
    register("UPDATE spock_schema SET version_num = '9999'")
    for outcome in (enrich("--regions", "VN"), spock("status")):
        assert outcome.code == 2
        assert "newer than this Spock's" in outcome.err
        assert "upgrade spock-core" in outcome.err
    assert register("SELECT count(*) FROM runs") == [(1,)]


def test_somebody_elses_tables_are_left_alone(enrich: Spock, register):
    register("CREATE TABLE tickers (symbol TEXT)")
    outcome = enrich("--regions", "VN")
    assert outcome.code == 2
    assert "table tickers that Spock did not make" in outcome.err
    assert register("SELECT name FROM sqlite_master") == [("tickers",)]


@pytest.mark.parametrize("kind", ["TABLE stocks (symbol TEXT)", "VIEW stocks AS SELECT 1"])
def test_a_users_own_stocks_in_an_older_register_are_left_alone(
    spock: Spock, old_register, register, kind
):
    register(f"CREATE {kind}")
    outcome = spock("status")
    assert outcome.code == 2
    assert "`stocks` that Spock did not make: rename it" in outcome.err
    assert register("SELECT version_num FROM spock_schema") == [("0001",)]
    assert register("SELECT sql FROM sqlite_master WHERE name = 'stocks'") == [(f"CREATE {kind}",)]


def test_the_views_do_not_keep_a_later_migration_from_changing_their_tables():
    migrate("migrated.db", "head")
    engine = create_engine("sqlite:///migrated.db")
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        drop_views(connection)
        with Operations(context).batch_alter_table("tickers", recreate="always"):
            pass
        create_views(connection)
    assert inspect(engine).get_view_names() == ["stocks"]
    engine.dispose()


def test_a_new_register_has_the_schema_that_the_migrations_lead_to(spock: Spock, enrich: Spock):
    enrich("--regions", "VN")
    migrate("migrated.db", "head")
    assert shape("migrated.db") == shape("spock.db")


def test_the_migrations_lead_to_the_tables_of_the_program():
    migrate("migrated.db", "head")
    engine = create_engine("sqlite:///migrated.db")
    with engine.connect() as connection:
        options = {"version_table": versions.VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_the_current_version_is_the_newest_migration():
    heads = ScriptDirectory.from_config(versions._config()).get_heads()
    assert heads == [versions.CURRENT]


def test_sqlite_is_in_wal_mode_with_foreign_keys(enrich: Spock, register):
    enrich("--regions", "VN")
    assert register("PRAGMA journal_mode") == [("wal",)]
    assert register("PRAGMA foreign_key_check") == []
    assert register("PRAGMA integrity_check") == [("ok",)]

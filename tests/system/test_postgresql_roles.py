"""The roles of `docs/operations.md` may do what they are for, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from tests.conftest import Spock
from tests.support.postgresql import Server, running_server

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """A server on which the page's statements were run."""
    as_superuser, in_database = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    with running_server() as server:
        server.do(*statements(as_superuser))
        server.do(*statements(in_database), database="spock")
        yield server


def statements(block: str) -> list[str]:
    return [one.strip() for one in block.split(";") if one.strip()]


def test_the_writer_writes_and_the_reader_reads(enrich: Spock, spock: Spock, own_server: Server):
    writer = own_server.of("spock", "spock_writer")
    for _ in range(2):
        assert enrich("--database", writer).code == 0
    reader = ("--database", own_server.of("spock", "spock_reader"))
    assert spock("status", *reader).code == 0
    assert spock("runs", *reader).code == 0
    [stock, *_] = spock("list", "--region", "VN", "--json", *reader).document["stocks"]
    assert spock("show", f"VN:{stock['ticker']}", *reader).code == 0
    assert spock("export", "stocks.csv", "--region", "VN", *reader).code == 0
    assert stock["ticker"] in Path("stocks.csv").read_text()
    refused = enrich(*reader)
    assert refused.code == 2
    assert "permission denied" in refused.err


def test_neither_may_do_more(enrich: Spock, own_server: Server):
    assert enrich("--database", own_server.of("spock", "spock_writer"), "--regions", "VN").code == 0
    for role, forbidden in (
        ("spock_reader", "DELETE FROM tickers"),
        ("spock_reader", "CREATE TABLE mine (n INTEGER)"),
        ("spock_reader", "CREATE TEMPORARY TABLE mine (n INTEGER)"),
        ("spock_writer", "CREATE SCHEMA mine"),
        ("spock_writer", "CREATE ROLE mine"),
        ("spock_writer", "CREATE DATABASE mine"),
    ):
        engine = create_engine(own_server.of("spock", role), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="denied"):
            connection.execute(text(forbidden))
        engine.dispose()

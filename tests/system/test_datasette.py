"""The register in a browser: the real Datasette with our metadata, every query and facet of it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spock_core.store import schema, views
from tests.support.ports import own_port
from tests.support.processes import wait_for
from tools.datasette import build
from tools.datasette.queries import QUERIES

pytest.importorskip("datasette", reason="datasette is not installed")
NEVER_EMPTY = {"coverage", "find", "sectors", "peers", "unsure", "sources", "why", "last_runs"}
"""Queries that have rows on a register after one run."""


@pytest.fixture(scope="module")
def site(made_register: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Datasette that serves a register with our metadata."""
    folder = tmp_path_factory.mktemp("datasette")
    shutil.copy(made_register, folder / "spock.db")
    with own_port() as port:
        process = subprocess.Popen(
            [sys.executable, "-m", "datasette", "serve", "spock.db", "-m", str(build.METADATA),
             "-p", str(port), "--setting", "sql_time_limit_ms", "20000"],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            wait_for(lambda: answers(port) or process.poll() is not None)
            assert process.poll() is None, process.communicate()[1]
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.communicate()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def get(address: str) -> str:
    with urllib.request.urlopen(address) as response:
        return str(response.read().decode())


def rows(site: str, path: str, **fields: str) -> list[dict[str, Any]]:
    query = urllib.parse.urlencode({"_shape": "objects"} | fields)
    document = json.loads(get(f"{site}/spock/{path}.json?{query}"))
    assert document.get("ok", True), document
    found: list[dict[str, Any]] = document["rows"]
    return found


def test_the_metadata_is_up_to_date():
    assert build.METADATA.read_text("utf-8") == build.text(), "run python -m tools.datasette.build"


def test_no_query_hides_a_table():
    assert not {query.name for query in QUERIES} & {*schema.metadata.tables, *views.metadata.tables}


def test_every_query_has_an_answer(site: str):
    stock = rows(site, "stocks", region="US", _sort="ticker", industry_code__notblank="1")[0]
    fields = {"region": "us", "ticker": stock["ticker"], "text": stock["name"].split()[0].lower()}
    page = get(f"{site}/spock")
    for query in QUERIES:
        found = rows(site, query.name, **fields)
        assert found or query.name not in NEVER_EMPTY, query.name
        assert f'href="/spock/{query.name}"' in page
        assert query.title in get(f"{site}/spock/{query.name}?{urllib.parse.urlencode(fields)}")


def test_every_table_is_described_and_its_facets_count(site: str):
    tables = build.metadata()["databases"]["spock"]["tables"]
    for name, table in tables.items():
        page = get(f"{site}/spock/{name}")
        assert table["title"] in page
        for column, text in list(table.get("columns", {}).items())[:2]:
            assert column in page
            assert text.split("`")[0].split("'")[0].split('"')[0][:30] in page
        document = json.loads(get(f"{site}/spock/{name}.json"))
        assert set(table.get("facets", ())) == set(document["facet_results"])
        assert set(table.get("columns", {})) <= set(document["columns"])


def test_a_register_that_is_not_there_is_no_page(site: str):
    with pytest.raises(urllib.error.HTTPError):
        get(f"{site}/spock/nothing")

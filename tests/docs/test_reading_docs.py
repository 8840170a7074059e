"""docs/reading.md: its Python and SQL do what they say on a register."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import Spock
from tests.support.project import DOCS

TEXT = (DOCS / "reading.md").read_text("utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", TEXT, re.S)
SQL = re.findall(r"```sql\n(.*?)```", TEXT, re.S)
COMMANDS = [
    line.partition("#")[0].partition("|")[0].strip()
    for line in re.findall(r"^\$?\s?(spock (?:search|export|list|peers|changes) .*)$", TEXT, re.M)
]


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_the_python_runs(known_register: Path, number: int):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    names: dict[str, object] = {}
    exec(compile(PYTHON[number], f"reading.md, example {number}", "exec"), names)
    publish = names.get("publish_stocks")
    if callable(publish):
        assert Path(publish("2026-11-25")).stat().st_size > 1_000


@pytest.mark.parametrize("query", SQL)
def test_the_sql_has_rows(known_register: Path, register, query: str):
    assert register(query)


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_run(known_register: Path, spock: Spock, line: str):
    assert spock(*shlex.split(line)[1:]).code == 0

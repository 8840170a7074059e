"""Every JSON document writes its times in one form, as docs/settings.md promises."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from spock_core.plugins.contributions import commands_of
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.server import Sandbox
from tests.conftest import Spock

COMMANDS: dict[str, tuple[tuple[str, ...], bool]] = {
    "enrich": (("--regions", "VN"), True),
    "status": ((), True),
    "runs": ((), True),
    "search": (("a",), False),
    "show": (("VN:AAA",), True),
    "list": ((), True),
    "peers": (("VN:AAA",), True),
    "changes": (("--since", "2020-01-01"), False),
    "audit": ((), False),
    "doctor": ((), False),
    "regions": ((), False),
}
"""Every command with `--json`: its arguments, and whether its document has times."""

FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LOOKS_LIKE_A_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:.*")
NAMES_OF_TIMES = re.compile(r".*_at|oldest|newest")


def leaves(document: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document with its key."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from leaves(value, name)
    else:
        yield name, document


def times(document: Any) -> list[str]:
    """The values of a document that are times, by their key or by their look."""
    return [
        value
        for key, value in leaves(document)
        if (NAMES_OF_TIMES.fullmatch(key) and value is not None)
        or (isinstance(value, str) and LOOKS_LIKE_A_TIME.fullmatch(value))
    ]


@pytest.fixture
def documents(enrich: Spock, spock: Spock, sandbox: Sandbox) -> dict[str, Any]:
    """What each command prints after two runs."""
    enrich("--regions", "VN")
    found: dict[str, Any] = {}
    for name, (arguments, _) in COMMANDS.items():
        addresses = ["--kis-master-url", sandbox.kis_master_url] if name == "enrich" else []
        if name == "doctor":
            addresses = ["--kis-master-url", sandbox.kis_master_url, "--yahoo-url", sandbox.url]
        found[name] = spock(name, *arguments, "--json", *addresses).document
    found["runs show"] = spock("runs", "show", "last", "--json").document
    found["dry run"] = spock("enrich", "--dry-run", "--regions", "VN", "--json").document
    enrich("--regions", "VN", "--report-file", "report.json")
    found["report"] = json.loads(Path("report.json").read_text())
    return found


def test_every_time_has_the_same_form(documents: dict[str, Any]):
    with_times = [name for name, document in documents.items() if times(document)]
    expected = [name for name, (_, has_times) in COMMANDS.items() if has_times]
    assert with_times == [*expected, "runs show", "dry run", "report"]
    for name, document in documents.items():
        for value in times(document):
            assert FORM.fullmatch(value), f"{name}: {value!r}"
            assert datetime.fromisoformat(value).tzinfo is UTC, f"{name}: {value!r}"


def test_no_command_with_a_document_is_missing_here(plugins: Plugins):
    found = set()
    for command in commands_of(plugins):
        parser = argparse.ArgumentParser()
        command.configure(parser)
        if "--json" in parser.format_help():
            found.add(command.name)
    assert found == set(COMMANDS)

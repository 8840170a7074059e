"""The report of a run as a file: text, Markdown (`.md`) or JSON (`.json`)."""

from __future__ import annotations

import json
import re
from pathlib import Path

from spock_core.domain.results import RunResult
from spock_core.reporting.output import write_file
from spock_core.reporting.report_sections import Part, parts
from spock_core.reporting.run_document import document
from spock_core.reporting.tables import markdown_table, table_text
from spock_core.settings.model import Settings

WHAT = "report file"
"""How messages name it."""


def write(result: RunResult, settings: Settings, path: Path) -> None:
    """Writes the report. Raises `OutputError`."""
    kind = path.suffix.lower()
    if kind == ".json":
        text = json.dumps(document(result), indent=2) + "\n"
    else:
        render = _markdown if kind in (".md", ".markdown") else _text
        text = "\n\n".join(render(part) for part in parts(result, settings)) + "\n"
    write_file(path, text, WHAT)


def _text(part: Part) -> str:
    blocks = [f"{part.title}\n{'=' * len(part.title)}"]
    if part.rows:
        blocks.append(table_text(part.headers, part.rows, right=part.right))
    if part.lines:
        blocks.append("\n".join(part.lines))
    return "\n\n".join(blocks)


def _markdown(part: Part) -> str:
    blocks = [f"## {_escaped(part.title)}"]
    if part.rows:
        rows = [[_escaped(cell) for cell in row] for row in part.rows]
        blocks.append(markdown_table(part.headers, rows, right=part.right))
    if part.lines:
        blocks.append("\n".join(f"* {_escaped(line)}" for line in part.lines))
    return "\n\n".join(blocks)


def _escaped(text: str) -> str:
    """Text from outside, so that Markdown and HTML leave it as it is."""
    return re.sub(r"([\\`*_\[\]<>|&~])", r"\\\1", text)

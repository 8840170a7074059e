"""The report of a run as a file: text, Markdown (`.md`) or JSON (`.json`)."""

from __future__ import annotations

import json
import re
from pathlib import Path

from spock_core.domain.results import RunResult
from spock_core.reporting.output import write_file
from spock_core.reporting.report_sections import Section, sections
from spock_core.reporting.run_document import document
from spock_core.reporting.tables import markdown_table, table_text
from spock_core.settings.model import Settings

WHAT = "report file"
"""The name of the file in messages."""


def write(result: RunResult, settings: Settings, path: Path) -> None:
    """Writes the report in the format of the suffix. Raises `OutputError` if that fails."""
    kind = path.suffix.lower()
    if kind == ".json":
        text = json.dumps(document(result), indent=2) + "\n"
    else:
        render = _markdown if kind in (".md", ".markdown") else _text
        text = "\n\n".join(render(section) for section in sections(result, settings)) + "\n"
    write_file(path, text, WHAT)


def _text(section: Section) -> str:
    blocks = [f"{section.title}\n{'=' * len(section.title)}"]
    if section.rows:
        blocks.append(table_text(section.headers, section.rows, right=section.right))
    if section.lines:
        blocks.append("\n".join(section.lines))
    return "\n\n".join(blocks)


def _markdown(section: Section) -> str:
    blocks = [f"## {_escaped(section.title)}"]
    if section.rows:
        rows = [[_escaped(cell) for cell in row] for row in section.rows]
        blocks.append(markdown_table(section.headers, rows, right=section.right))
    if section.lines:
        blocks.append("\n".join(f"* {_escaped(line)}" for line in section.lines))
    return "\n\n".join(blocks)


def _escaped(text: str) -> str:
    """Escapes the characters that have a meaning in Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>|&~])", r"\\\1", text)

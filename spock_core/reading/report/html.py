"""Pieces of HTML. Every text is escaped here, so that a name can be no more than a name."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

STYLE = (Path(__file__).parent / "style.css").read_text("utf-8")


def text(value: object) -> str:
    """Returns a value as text of HTML, without control characters and bidirectional marks."""
    words = str(value)
    if not words.isprintable():
        words = "".join(char if char.isprintable() else " " for char in words)
    return escape(words)


def table(
    caption: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    numbers: Collection[str] = (),
) -> str:
    """Returns a table that can be scrolled by keyboard if it is wider than the page."""
    right = [' class="number"' if header in numbers else "" for header in headers]
    head = "".join(
        f'<th scope="col"{mark}>{text(header)}</th>'
        for header, mark in zip(headers, right, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{mark}>{text(_number(cell))}</td>" for cell, mark in zip(row, right, strict=True)
        )
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{text(caption)}">'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
    )


def figure(svg: str, description: str, behind: str) -> str:
    """Returns a drawing with a description, and the table behind it."""
    return (
        f'<figure><div role="img" aria-label="{text(description)}">{svg}</div>\n'
        f"<details><summary>{text(description)} as a table</summary>{behind}</details></figure>"
    )


def section(title: str, *parts: str) -> str:
    """Returns a part of the page."""
    return f"<section>\n<h2>{text(title)}</h2>\n" + "\n".join(parts) + "\n</section>"


def paragraph(words: str) -> str:
    """Returns a paragraph."""
    return f"<p>{text(words)}</p>"


def page(title: str, *parts: str) -> str:
    """Returns the file. It asks nobody for anything and runs nothing: see its policy."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _number(value: object) -> object:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value

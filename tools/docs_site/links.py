"""Links between files of the repository, turned into links between pages of the site."""

from __future__ import annotations

import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "RELEASING.md": "releasing.md",
    "SECURITY.md": "security.md",
}
"""Files at the top of the repository that the site shows, and the page in `docs/` that does."""

_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
_FENCED = re.compile(r"(^```.*?^```)", re.S | re.M)


def relink(text: str, source: Path, page: Path) -> str:
    """The Markdown of the file `source` as `page` shows it, a path in `docs/`.

    A link to a file or folder that is no page of the site becomes its words alone. A link to what
    does not exist stays, for MkDocs to report, and so does fenced code.
    """

    def link(match: re.Match[str]) -> str:
        words, target, anchor = match[1], match[2], match[3] or ""
        if ":" in target:
            return match[0]
        file = (source.parent / target).resolve()
        if not file.exists():
            return match[0]
        path = _page_of(file)
        if path is None:
            return words
        return f"[{words}]({Path(os.path.relpath(path, page.parent)).as_posix()}{anchor})"

    parts = _FENCED.split(text)
    return "".join(part if part.startswith("```") else _LINK.sub(link, part) for part in parts)


def _page_of(path: Path) -> Path | None:
    """The page that shows a file of the repository."""
    if path.parent == ROOT and path.name in PAGES:
        return DOCS / PAGES[path.name]
    return path if path.is_relative_to(DOCS) and path.is_file() else None

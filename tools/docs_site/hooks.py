"""MkDocs calls this for each page: markers become text that is written elsewhere, once.

`<!-- include: CHANGELOG.md -->` becomes that file of the repository, `<!-- generated: settings -->`
what the code says. See https://www.mkdocs.org/user-guide/configuration/#hooks.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tools.docs_site.commands_page import commands_page
from tools.docs_site.links import DOCS, ROOT, relink
from tools.docs_site.settings_page import settings_page

GENERATED = {"commands": commands_page, "settings": settings_page}
_MARKER = re.compile(r"^<!-- (include|generated): (\S+) -->$", re.M)


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """The Markdown of one page. `page` is `mkdocs.structure.pages.Page`."""
    path = DOCS / page.file.src_uri
    text = relink(markdown, path, path)
    return _MARKER.sub(lambda marker: _text(marker[1], marker[2], path), text)


def _text(kind: str, name: str, page: Path) -> str:
    """Raises `KeyError` or `FileNotFoundError` if there is no such text; the build then fails."""
    if kind == "generated":
        return GENERATED[name]()
    source = ROOT / name
    return relink(source.read_text("utf-8"), source, page)

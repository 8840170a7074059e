"""Writes the files of a plugin's package from templates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FunctionLoader, StrictUndefined
from jinja2.exceptions import TemplateNotFound

from spock_core.domain.errors import OutputError, UsageError
from spock_core.plugins.hookspecs import HOOK_VERSION

SHARED = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "LICENSE": "LICENSE",
    "tox.ini": "tox.ini",
    ".gitignore": "gitignore",
    ".github/workflows/tests.yml": "tests.yml",
    "{module}/py.typed": "py.typed",
}
"""Paths in every package, with the names of their templates."""
_OWN = "spock_core.cli.packages"
_SUFFIX = ".jinja"
_LONGEST = 60
"""Characters of a tuple that is written on one line."""


class PackageFacts(Protocol):
    """What the templates of every package need."""

    @property
    def distribution(self) -> str:
        """The name of the distribution."""

    @property
    def module(self) -> str:
        """The name of the Python package."""

    @property
    def entry(self) -> str:
        """The name of its entry point."""

    @property
    def summary(self) -> str:
        """What it brings, in a line."""

    @property
    def author(self) -> str:
        """The author; empty if nobody is named."""


def write_package(
    facts: PackageFacts, folder: Path, home: str, wanted: Mapping[str, str], **values: Any
) -> list[Path]:
    """Writes a package into a folder that is new or empty; returns the paths of its files.

    `home` is the Python package whose `templates` come before the shared ones, `wanted` has the
    names of templates by the path of their files, `values` are named in the templates. Raises
    `UsageError` if the folder is not empty, and `OutputError` if it cannot be written.
    """
    texts = _render(facts, home, wanted, values)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(
                f"{folder} already exists: choose another --output; nothing was changed"
            )
        return [_write(folder / path, text) for path, text in texts.items()]
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}") from error


def _render(
    facts: PackageFacts, home: str, wanted: Mapping[str, str], more: Mapping[str, Any]
) -> dict[str, str]:
    """Returns the text of every file by its path in the package."""
    environment = Environment(  # noqa: S701  Python and TOML, not HTML
        loader=FunctionLoader(lambda name: _source(home, name)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = _quoted
    environment.filters["many"] = _many
    values = {
        "package": facts,
        "core": version("spock-core"),
        "hooks": HOOK_VERSION,
        "year": datetime.now(UTC).year,
        **more,
    }
    return {
        path.format(module=facts.module): environment.get_template(name).render(values)
        for path, name in {**SHARED, **wanted}.items()
    }


def _source(home: str, name: str) -> str:
    for place in (home, _OWN):
        template = files(place) / "templates" / f"{name}{_SUFFIX}"
        if template.is_file():
            return template.read_text("utf-8")
    raise TemplateNotFound(name)


def _quoted(text: str) -> str:
    """Returns a text as a string of Python, TOML and JSON."""
    return json.dumps(text, ensure_ascii=False)


def _many(texts: tuple[str, ...], indent: int = 0) -> str:
    """Returns a tuple of strings in Python, for a line with this indentation."""
    quoted = [_quoted(text) for text in texts]
    inside = ", ".join(quoted)
    if len(inside) > _LONGEST:
        lines = "".join(f"{' ' * indent}    {one},\n" for one in quoted)
        return f"(\n{lines}{' ' * indent})"
    return f"({inside},)" if len(texts) == 1 else f"({inside})"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return path

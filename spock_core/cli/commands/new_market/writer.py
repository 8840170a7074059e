"""Writes the files of a new market's package from templates."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined

from spock_core.cli.commands.new_market.facts import MarketFacts
from spock_core.domain.errors import OutputError, UsageError
from spock_core.plugins.hookspecs import HOOK_VERSION

_TEMPLATES = files("spock_core.cli.commands.new_market") / "templates"
_FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "LICENSE": "LICENSE",
    "tox.ini": "tox.ini",
    ".gitignore": "gitignore",
    ".github/workflows/tests.yml": "tests.yml",
    "{package}/__init__.py": "package/__init__.py",
    "{package}/market.py": "package/market.py",
    "{package}/sandbox.py": "package/sandbox.py",
    "{package}/py.typed": "package/py.typed",
    "tests/test_contract.py": "tests/test_contract.py",
    "tests/test_symbols.py": "tests/test_symbols.py",
}
"""Paths in the package, with the names of their templates."""
_FILES_OF_OWN_LISTS = {"{package}/lists.py": "package/lists.py"}
_SUFFIX = ".jinja"
_LONGEST = 60
"""Characters of a tuple that is written on one line."""


def write_package(facts: MarketFacts, folder: Path) -> list[Path]:
    """Writes the package into a folder that is new or empty; returns the paths of its files.

    Raises `UsageError` if the folder is not empty, and `OutputError` if it cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(
                f"{folder} already exists: choose another --output; nothing was changed"
            )
        return [_write(folder / path, text) for path, text in render(facts).items()]
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}") from error


def render(facts: MarketFacts) -> dict[str, str]:
    """Returns the text of every file by its path in the package."""
    environment = Environment(  # noqa: S701  Python and TOML, not HTML
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = _quoted
    environment.filters["many"] = _many
    values = {
        "market": facts,
        "core": version("spock-core"),
        "hooks": HOOK_VERSION,
        "year": datetime.now(UTC).year,
    }
    wanted = {**_FILES, **(_FILES_OF_OWN_LISTS if facts.is_own else {})}
    return {
        path.format(package=facts.package): environment.get_template(name).render(values)
        for path, name in wanted.items()
    }


def _source(name: str) -> str:
    return (_TEMPLATES / f"{name}{_SUFFIX}").read_text("utf-8")


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

"""`spock new-source my-bourse`: writes the package of a new source, with tests that pass."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from spock_core.cli.flags import add_own_flag
from spock_core.cli.packages.asking import asking
from spock_core.domain.errors import UsageError, not_installed
from spock_core.plugins.contributions import owners_of_sources
from spock_core.plugins.registry import BUILT_IN, Plugins
from spock_core.reporting.output import show
from spock_core.reporting.standard_streams import tell

_FILES = {
    "{module}/__init__.py": "package/__init__.py",
    "{module}/meanings.py": "package/meanings.py",
    "{module}/words.csv": "package/words.csv",
    "tests/test_contract.py": "tests/test_contract.py",
    "tests/test_meanings.py": "tests/test_meanings.py",
}
"""Paths in the package besides the shared ones, with the names of their templates."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments. On a terminal, the command asks for what is missing."""
    parser.add_argument("name", help="Name of the source in --sources: my-bourse.")
    add_own_flag(
        parser,
        "--kind",
        help="local: reads the listings themselves; table: downloads a table for a whole market; "
        "query: asks a web service about stocks.",
    )
    add_own_flag(
        parser,
        "--regions",
        nargs="+",
        metavar="REGION",
        help="ISO 3166 codes of the markets of which it knows something (default: all).",
    )
    add_own_flag(
        parser, "--address", metavar="URL", help="Web address of its table, or of its service."
    )
    add_own_flag(parser, "--author", help="The author, for pyproject.toml and LICENSE.")
    add_own_flag(
        parser,
        "--output",
        type=Path,
        metavar="FOLDER",
        help="The folder to write (default: spock-NAME).",
    )
    add_own_flag(
        parser,
        "--yes",
        action="store_true",
        help="Do not ask; what is missing gets its default, and --kind is needed.",
    )


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Writes the package and prints the next steps."""
    try:
        from spock_core.cli.commands.new_source.facts import LOCAL, gather
        from spock_core.cli.packages.writing import write_package
    except ModuleNotFoundError as error:
        raise not_installed("spock new-source", str(error.name), "kit") from error
    facts = gather(arguments, asking(yes=arguments["yes"]))
    owner = owners_of_sources(plugins).get(facts.name)
    if owner in BUILT_IN:
        raise UsageError(f"source {facts.name} is Spock's own: choose another name")
    if owner is not None:
        tell(
            f"spock: source {facts.name} already belongs to {owner}: if both are installed, one "
            "of them is ignored"
        )
    folder = arguments["output"] or Path(facts.distribution)
    files = {**_FILES, "{module}/source.py": f"package/{facts.kind}.py"}
    if facts.kind != LOCAL:
        files["{module}/sandbox.py"] = f"package/{facts.kind}_sandbox.py"
    written = write_package(facts, folder, __package__, files, source=facts)
    show(f"wrote {len(written)} files into {folder}; next:")
    show(f"  cd {folder} && pip install -e '.[test]' && pytest")
    show(f"  spock enrich --sources kis {facts.name} --sandbox")
    return 0

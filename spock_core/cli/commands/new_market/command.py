"""`spock new-market TW`: writes the package of a new market, with tests that pass."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from spock_core.cli.flags import add_own_flag
from spock_core.cli.packages.asking import asking
from spock_core.domain.errors import not_installed
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import show
from spock_core.reporting.standard_streams import tell

_FILES = {
    "{module}/__init__.py": "package/__init__.py",
    "{module}/market.py": "package/market.py",
    "{module}/sandbox.py": "package/sandbox.py",
    "tests/test_contract.py": "tests/test_contract.py",
    "tests/test_symbols.py": "tests/test_symbols.py",
}
"""Paths in the package besides the shared ones, with the names of their templates."""
_FILES_OF_OWN_LISTS = {"{module}/lists.py": "package/lists.py"}
_EXAMPLE = "XTAI; name=Taiwan Stock Exchange; currency=TWD; suffix=.TW; yahoo=TAI; lot=1000"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments. On a terminal, the command asks for what is missing."""
    parser.add_argument("region", help="ISO 3166 code of the market: TW.")
    add_own_flag(parser, "--name", help="The market's name (default: the country's name).")
    add_own_flag(
        parser,
        "--exchange",
        action="append",
        metavar="FACTS",
        help="A MIC and, after semicolons, what differs from ISO 10383 and Yahoo: name, currency, "
        "suffix and yahoo (Yahoo's suffix and codes), lot, example (a ticker), kis (KIS's code), "
        f'list (address of its table). Once for each exchange: "{_EXAMPLE}".',
    )
    add_own_flag(
        parser,
        "--listed-by",
        help="The listing source: kis, yahoo, csv, or own (code of the package) "
        "(default: kis if every exchange has a KIS code, otherwise yahoo).",
    )
    add_own_flag(
        parser, "--priority", help="Regions with a lower number come first (default: 100)."
    )
    add_own_flag(parser, "--author", help="The author, for pyproject.toml and LICENSE.")
    add_own_flag(
        parser,
        "--output",
        type=Path,
        metavar="FOLDER",
        help="The folder to write (default: spock-tw).",
    )
    add_own_flag(
        parser, "--yes", action="store_true", help="Do not ask; use the default of what is missing."
    )


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Writes the package and prints the next steps."""
    try:
        from spock_core.cli.commands.new_market.questions import gather
        from spock_core.cli.packages.writing import write_package
    except ModuleNotFoundError as error:
        raise not_installed("spock new-market", str(error.name), "kit") from error
    facts = gather(arguments, asking(yes=arguments["yes"]))
    owner = plugins.plugin_of(facts.region)
    if owner is not None:
        tell(
            f"spock: region {facts.region} already belongs to {owner.label}: if both are "
            "installed, neither is loaded"
        )
    folder = arguments["output"] or Path(facts.distribution)
    files = {**_FILES, **(_FILES_OF_OWN_LISTS if facts.is_own else {})}
    written = write_package(facts, folder, __package__, files, market=facts)
    show(f"wrote {len(written)} files into {folder}; next:")
    show(f"  cd {folder} && pip install -e '.[test]' && pytest")
    show(f"  spock enrich --regions {facts.region} --sandbox")
    return 0

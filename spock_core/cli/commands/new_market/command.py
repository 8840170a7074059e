"""`spock new-market TW`: writes the package of a new market, with tests that pass at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from spock_core.domain.errors import UsageError, not_installed
from spock_core.plugins.registry import Plugins

_EXAMPLE = "XTAI; name=Taiwan Stock Exchange; currency=TWD; suffix=.TW; yahoo=TAI; lot=1000"


def configure(parser: argparse.ArgumentParser) -> None:
    """The facts that matter; what is not given is asked for on a terminal, or has its default."""
    parser.add_argument("region", help="ISO 3166 code of the market: TW.")
    parser.add_argument("--name", help="What people call it (default: the country's name).")
    parser.add_argument(
        "--exchange",
        action="append",
        metavar="FACTS",
        help="A MIC and, after semicolons, what is not as ISO 10383 and Yahoo have it: name, "
        "currency, suffix and yahoo (Yahoo's), lot, example (a ticker), kis (KIS's code), list "
        f'(address of its table). Once for each exchange: "{_EXAMPLE}".',
    )
    parser.add_argument(
        "--listed-by",
        help="Where its lists come from: kis, yahoo, csv, or own (code of the package) "
        "(default: kis where each exchange has a KIS code, else yahoo).",
    )
    parser.add_argument("--priority", help="Regions with a lower number come first (default: 100).")
    parser.add_argument("--author", help="Who writes it, for pyproject.toml and LICENSE.")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="Where to write it (default: spock-tw)."
    )
    parser.add_argument(
        "--yes", action="store_true", help="Ask nothing; take the default of what is not given."
    )


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Asks, writes, and says what to do next."""
    try:
        from spock_core.cli.commands.new_market.questions import gather
        from spock_core.cli.commands.new_market.writer import write_package
    except ModuleNotFoundError as error:
        raise not_installed("spock new-market", str(error.name), "kit") from error
    asks = not arguments["yes"] and sys.stdin.isatty() and sys.stdout.isatty()
    facts = gather(arguments, _ask if asks else None)
    owner = plugins.plugin_of(facts.region)
    if owner is not None:
        print(
            f"spock: region {facts.region} is brought by {owner.label} already: of two, "
            "neither is loaded, so uninstall one",
            file=sys.stderr,
        )
    folder = arguments["output"] or Path(facts.distribution)
    written = write_package(facts, folder)
    print(f"wrote {len(written)} files into {folder}; next:")
    print(f"  cd {folder} && pip install -e '.[test]' && pytest")
    print(f"  spock enrich --regions {facts.region} --sandbox")
    return 0


def _ask(question: str, default: str) -> str:
    """What a person at the terminal answers; the default where they only press Enter."""
    try:
        answer = input(f"{question} [{default}]: " if default else f"{question}: ").strip()
    except EOFError:
        raise UsageError("the questions ended early; nothing was written") from None
    return answer or default

"""The built-in commands, provided through the same hook as those of plugins."""

from __future__ import annotations

from collections.abc import Iterable

from spock_core.plugins.command import Command, lazy
from spock_core.plugins.hookspecs import hookimpl

_COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "Keep a register": {
        "enrich": ("List, classify and store all stocks.", "spock enrich --regions US JP"),
        "status": ("Show the coverage and the age of the register.", "spock status"),
        "runs": ("List the runs, or show one of them.", "spock runs show last"),
        "doctor": ("Check whether this machine is ready for a run.", "spock doctor"),
    },
    "Read it": {
        "search": ("Find instruments by name or ticker.", "spock search apple"),
        "show": ("Show one stock and explain its classification.", "spock show NYSE:BRK.B"),
        "list": ("List stocks by region, sector and type.", "spock list --sector 45 --regions JP"),
        "peers": ("List the stocks of the same industry.", "spock peers US:AAPL"),
        "changes": ("Show what changed since a time.", "spock changes --since 7d"),
        "export": ("Write stocks as Parquet, Arrow, CSV or JSON.", "spock export stocks.parquet"),
        "report": ("Write a page about the register to look at.", "spock report report.html"),
        "audit": (
            "Compare sectors with an official file, and sources with each other.",
            "spock audit official.csv",
        ),
    },
    "Extend Spock": {
        "regions": ("List the installed markets.", "spock regions"),
        "sandbox": ("Serve a made-up universe on loopback.", "spock sandbox --sandbox-size 1000"),
        "new-market": ("Create a package for a new market.", "spock new-market TW"),
        "new-source": (
            "Create a package for a new source.",
            "spock new-source my-bourse --kind table",
        ),
        "completion": (
            "Print what makes a shell complete commands and flags.",
            "spock completion zsh",
        ),
    },
}
"""By group and name: what it does, and an example."""
_FOLDERS = ("audit", "doctor", "new-market", "new-source")
"""Commands that are folders with a module `command`."""
_OF_A_RUN = ("enrich", "doctor")
"""Commands with the flags of plugins' settings."""


@hookimpl
def spock_cli_commands() -> Iterable[Command]:
    """The commands of core, in the order in which `spock --help` lists them."""
    for group, commands in _COMMANDS.items():
        for name, (text, example) in commands.items():
            module = f"spock_core.cli.commands.{name.replace('-', '_')}"
            if name in _FOLDERS:
                module += ".command"
            yield lazy(module, name, text, example, group, name in _OF_A_RUN)

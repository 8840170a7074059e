"""The commands that core brings, through the same hook as anybody else's."""

from __future__ import annotations

from collections.abc import Iterable

from spock_core.plugins.command import Command, lazy
from spock_core.plugins.hookspecs import hookimpl

_PACKAGE = "spock_core.cli.commands"


@hookimpl
def spock_cli_commands() -> Iterable[Command]:
    """`enrich`, `status`, `show`, `audit`, `runs`, `doctor`, `regions`, `sandbox`, `new-market`."""
    return (
        lazy(f"{_PACKAGE}.enrich", "enrich", "List, classify and store every stock."),
        lazy(f"{_PACKAGE}.status", "status", "Say what the register covers, and how old it is."),
        lazy(f"{_PACKAGE}.show", "show", "Show one stock, and why it is what it is."),
        lazy(
            f"{_PACKAGE}.audit.command",
            "audit",
            "Say how right it is: against a file, or within itself.",
        ),
        lazy(f"{_PACKAGE}.runs", "runs", "List the runs, or show one of them."),
        lazy(f"{_PACKAGE}.doctor.command", "doctor", "Check this machine, and say what to do."),
        lazy(f"{_PACKAGE}.regions", "regions", "Say which markets are installed."),
        lazy(f"{_PACKAGE}.sandbox", "sandbox", "Serve a made-up universe on loopback."),
        lazy(f"{_PACKAGE}.new_market.command", "new-market", "Write the package of a new market."),
    )

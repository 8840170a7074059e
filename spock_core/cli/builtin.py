"""The built-in commands, provided through the same hook as those of plugins."""

from __future__ import annotations

from collections.abc import Iterable

from spock_core.plugins.command import Command, lazy
from spock_core.plugins.hookspecs import hookimpl

_PACKAGE = "spock_core.cli.commands"


@hookimpl
def spock_cli_commands() -> Iterable[Command]:
    """The commands of core, in the order in which `spock --help` lists them."""
    return (
        lazy(f"{_PACKAGE}.enrich", "enrich", "List, classify and store all stocks."),
        lazy(f"{_PACKAGE}.status", "status", "Show the coverage and the age of the register."),
        lazy(f"{_PACKAGE}.show", "show", "Show one stock and explain its classification."),
        lazy(f"{_PACKAGE}.export", "export", "Write stocks as Parquet, Arrow, CSV or JSON."),
        lazy(
            f"{_PACKAGE}.audit.command",
            "audit",
            "Compare sectors with an official file, or KIS with Yahoo.",
        ),
        lazy(f"{_PACKAGE}.runs", "runs", "List the runs, or show one of them."),
        lazy(
            f"{_PACKAGE}.doctor.command", "doctor", "Check whether this machine is ready for a run."
        ),
        lazy(f"{_PACKAGE}.regions", "regions", "List the installed markets."),
        lazy(f"{_PACKAGE}.sandbox", "sandbox", "Serve a made-up universe on loopback."),
        lazy(f"{_PACKAGE}.new_market.command", "new-market", "Create a package for a new market."),
    )

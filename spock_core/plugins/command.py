"""A command of `spock`, built-in or of a plugin."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spock_core.plugins.registry import Plugins


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand."""

    name: str
    help: str
    """One sentence."""
    configure: Callable[[argparse.ArgumentParser], None]
    """Adds the command's arguments. Called only when the command is asked for."""
    run: Callable[[dict[str, Any], Plugins], int]
    """Runs the command with its arguments by name; returns the exit code."""
    example: str = ""
    """A command line that shows a use: `spock peers US:AAPL`."""
    group: str = "From plugins"
    """The heading under which `spock --help` lists it."""
    settings_of_plugins: bool = False
    """Whether it has the flags of the settings that plugins declare."""


def lazy(
    module: str,
    name: str,
    text: str,
    example: str,
    group: str,
    settings_of_plugins: bool = False,
) -> Command:
    """Returns a command whose module is imported when it is used.

    The module has functions `configure` and `run`, as in `Command`.
    """

    def load() -> Any:
        from importlib import import_module

        return import_module(module)

    def configure(parser: argparse.ArgumentParser) -> None:
        load().configure(parser)

    def run(arguments: dict[str, Any], plugins: Plugins) -> int:
        return int(load().run(arguments, plugins))

    return Command(name, text, configure, run, example, group, settings_of_plugins)

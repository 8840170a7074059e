"""What a command is, ours or a plugin's."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spock_core.plugins.registry import Plugins


@dataclass(frozen=True, slots=True)
class Command:
    """A word behind `spock`."""

    name: str
    help: str
    """One sentence."""
    configure: Callable[[argparse.ArgumentParser], None]
    """Adds the command's arguments. Called only when the command is asked for."""
    run: Callable[[dict[str, Any], Plugins], int]
    """Does it, with the arguments that were given; gives the exit code."""


def lazy(module: str, name: str, text: str) -> Command:
    """A command whose module, with functions `configure` and `run`, is imported when asked for."""

    def load() -> Any:
        from importlib import import_module

        return import_module(module)

    def configure(parser: argparse.ArgumentParser) -> None:
        load().configure(parser)

    def run(arguments: dict[str, Any], plugins: Plugins) -> int:
        return int(load().run(arguments, plugins))

    return Command(name, text, configure, run)

"""`spock completion`: a script that makes a shell complete commands and flags."""

from __future__ import annotations

import argparse
from typing import Any

from spock_core.cli.parser import build_parser
from spock_core.plugins.contributions import commands_of
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import show

SHELLS = {
    "bash": 'eval "$(spock completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(spock completion zsh)" in ~/.zshrc, after compinit',
    "fish": "spock completion fish > ~/.config/fish/completions/spock.fish",
}
"""By shell: how its user turns it on."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the shell."""
    turned_on = "; ".join(f"{shell}: {how}" for shell, how in SHELLS.items())
    parser.add_argument(
        "shell", choices=list(SHELLS), help=f"The shell. To turn it on, {turned_on}."
    )


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the script. It knows the commands of the plugins that are installed now."""
    import shtab

    parser, parsers = build_parser(commands_of(plugins), lambda _name: True)
    for one in parsers.values():
        for action in one._actions:
            if action.dest in ("file", "folder") or action.dest.endswith("_file"):
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    show(shtab.complete(parser, shell=arguments["shell"]))
    return 0

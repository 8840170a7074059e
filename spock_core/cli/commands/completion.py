"""`spock completion`: a script that makes a shell complete commands, flags and their values."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any

from spock_core.classification import gics
from spock_core.cli.parser import build_parser
from spock_core.domain import SecurityType
from spock_core.plugins.contributions import commands_of, sources_of
from spock_core.plugins.registry import Plugins
from spock_core.reading.records import StockRecord
from spock_core.reporting.output import show

SHELLS = {
    "bash": 'eval "$(spock completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(spock completion zsh)" in ~/.zshrc, after compinit',
    "fish": "spock completion fish > ~/.config/fish/completions/spock.fish",
}
"""By shell: how its user turns it on."""
MOST = 8
"""Values of one flag that zsh completes."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the shell."""
    turned_on = "; ".join(f"{shell}: {how}" for shell, how in SHELLS.items())
    parser.add_argument(
        "shell", choices=list(SHELLS), help=f"The shell. To turn it on, {turned_on}."
    )


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the script. It knows the commands of the plugins that are installed now."""
    import shtab

    values = _values(plugins)
    parser, parsers = build_parser(commands_of(plugins), lambda _name: True)
    several: list[tuple[str, argparse.Action]] = []
    for command, one in parsers.items():
        for action in one._actions:
            if action.dest in values:
                action.choices = values[action.dest]
                several.append((command, action))
            if action.dest in ("file", "folder") or action.dest.endswith("_file"):
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    script = shtab.complete(parser, shell=arguments["shell"])
    show(_FURTHER.get(arguments["shell"], lambda text, _: text)(script, several))
    return 0


def _further_in_zsh(script: str, several: Iterable[tuple[str, argparse.Action]]) -> str:
    """Lets flags that take several values complete `MOST` of them; shtab does the first alone."""
    for name in {str(action.metavar) for _, action in several}:
        first = re.compile(rf"(?<=\])(:{name}:\([^)]*\))")
        script = first.sub(lambda found: found[1] + f":{found[1]}" * (MOST - 1), script)
    return script


def _further_in_fish(script: str, several: Iterable[tuple[str, argparse.Action]]) -> str:
    """As `_further_in_zsh`."""
    lines = [script, _AFTER_IN_FISH]
    for command, action in several:
        flag, choices = action.option_strings[0], " ".join(map(str, action.choices or ()))
        when = f"_shtab_spock_using {command}; and _spock_after {flag}"
        lines.append(f"complete -c spock -n '{when}' -fka '{choices}'")
    return "\n".join(lines)


_AFTER_IN_FISH = """\
# Whether the last flag before the cursor is this one.
function _spock_after
    set -l flags (string match -- '-*' (commandline -opc))
    test "$flags[-1]" = "$argv[1]"
end"""
_FURTHER = {"zsh": _further_in_zsh, "fish": _further_in_fish}


def _values(plugins: Plugins) -> dict[str, list[str]]:
    """The values of flags whose parsers take others too, such as names with spaces, by flag."""
    regions, sources = sorted(plugins.markets), sorted(sources_of(plugins))
    return {
        "columns": list(StockRecord._fields),
        "only_regions": regions,
        "opt_in": sources,
        "regions": [*regions, "ALL"],
        "sector": [*gics.SECTORS, *gics.INDUSTRY_GROUPS],
        "security_type": list(SecurityType),
        "sources": [*sources, "ALL"],
    }

"""The parser of the command line: commands with their flags, help by group, and errors."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from spock_core.domain.text import did_you_mean
from spock_core.plugins.command import Command
from spock_core.reporting.output import show
from spock_core.reporting.standard_streams import tell

_SETTINGS_AND_CODES = """\
Flags are also settings: SPOCK_<NAME> in the environment or in .env, or <name> in spock.toml (or in
the file named by SPOCK_CONFIG). Flags take precedence over the environment, the environment over
.env, and .env over the file. An empty variable is unset, and an unknown one is an error.
`spock COMMAND --help` lists the flags with their variables, and says which are not settings.

Exit codes: 0 success; 1 a region failed, or a gate (--fail-under...) is not passed; 2 usage or
configuration error, or output that cannot be written; 3 another run holds the lock; 130 interrupted
(what was done is kept).
"""
_CHOICES = re.compile(
    r"(?:argument (?P<argument>.+?): )?invalid choice: '(?P<word>.*?)' \((?:choose|maybe).*",
    re.DOTALL,
)
"""What argparse says of a value that is none of several."""


class SpockParser(argparse.ArgumentParser):
    """A parser that reports an error in one line, with the nearest words to a wrong one."""

    def error(self, message: str) -> NoReturn:
        """Prints the message and exits with 2."""
        if found := _CHOICES.fullmatch(message):
            message = self._wrong_choice(found["argument"], found["word"])
        tell(f"{self.prog}: {message} (see `{self.prog} --help`)")
        self.exit(2)

    def print_help(self, file: Any = None) -> None:
        """Prints the help to stdout."""
        show(self.format_help().rstrip("\n"))

    def _get_option_tuples(self, option_string: str) -> list[Any]:
        """The flags that a word may abbreviate; none if it is the flag of a setting that this
        command does not have: `--fail-under` is not `--fail-under-coverage`."""
        from spock_core.settings.model import Settings  # only for a word that is no flag
        from spock_core.settings.names import flag_of

        if option_string.partition("=")[0] in map(flag_of, Settings.model_fields):
            return []
        return super()._get_option_tuples(option_string)

    def unknown(self, words: Sequence[str]) -> NoReturn:
        """Reports what is left of a command line, with the nearest flag to the first of it."""
        word = words[0]
        flags = [flag for flag in self._option_string_actions if flag.startswith("--")]
        hint = did_you_mean(word.partition("=")[0], flags) if word.startswith("-") else ""
        self.error(f"unrecognized arguments: {' '.join(words)}{hint}")

    def _wrong_choice(self, argument: str | None, word: str) -> str:
        for action in self._actions:
            name = "/".join(action.option_strings) or action.metavar or action.dest
            if name == argument and action.choices is not None:
                choices = [str(choice) for choice in action.choices]
                hint = did_you_mean(word, choices)
                what = "unknown command" if argument == "COMMAND" else f"{argument}: unknown value"
                return f"{what} {word!r}{hint or ': choose from ' + ', '.join(choices)}"
        return f"unknown value {word!r}"


class _RootParser(SpockParser):
    """The parser of `spock`. Its help lists the commands by what people do."""

    commands: Sequence[Command] = ()

    def format_help(self) -> str:
        """Returns the help."""
        lines = [
            "usage: spock COMMAND [flags]",
            "",
            "Keeps a classified register of every tradable stock in your own database.",
        ]
        for group in dict.fromkeys(command.group for command in self.commands):
            lines += ["", f"{group}:"]
            for command in self.commands:
                if command.group == group:
                    lines.append(f"  {command.name:<12}{command.help}")
                    if command.example:
                        lines.append(f"  {'':<12}  {command.example}")
        lines += ["", "  -h, --help    Show this help.", "  -V, --version Show the version.", ""]
        return "\n".join(lines) + "\n" + _SETTINGS_AND_CODES


def build_parser(
    commands: Iterable[Command], wanted: Callable[[str], bool]
) -> tuple[SpockParser, dict[str, SpockParser]]:
    """Returns the parser of `spock`, and those of its commands by name.

    Only the commands that are `wanted` get their flags, so that `spock --help` imports none.
    """
    parser = _RootParser(prog="spock")
    parser.commands = tuple(commands)
    parser.add_argument("-V", "--version", action=_ShowVersion, nargs=0, default=argparse.SUPPRESS)
    group = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=SpockParser, title="commands"
    )
    parsers: dict[str, SpockParser] = {}
    for command in parser.commands:
        text = command.help.replace("%", "%%")
        parsers[command.name] = group.add_parser(
            command.name,
            help=text,
            description=text,
            epilog=f"Example: {command.example}" if command.example else None,
        )
        if wanted(command.name):
            command.configure(parsers[command.name])
    return parser, parsers


class _ShowVersion(argparse.Action):
    """Prints the version, which is looked up only then, and exits."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from importlib.metadata import version

        show(f"spock {version('spock-core')}")
        parser.exit()

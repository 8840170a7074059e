"""The reference of commands, as Markdown, from the parser of each command."""

from __future__ import annotations

import argparse

from spock_core.cli.builtin import spock_cli_commands
from spock_core.plugins.command import Command
from tools.docs_site.tables import code, table


def built_in_commands() -> list[Command]:
    """The commands that core brings. Those of plugins are documented by their authors."""
    return list(spock_cli_commands())


def commands_page() -> str:
    """A section for each command: its help, usage, and arguments."""
    return "\n\n".join(_section(command) for command in built_in_commands())


def arguments_of(command: Command) -> list[argparse.Action]:
    """The arguments of a command, as it states them to argparse, without `--help`."""
    # argparse has no public list of a parser's arguments; this one is as old as argparse.
    return _parser(command)._actions


def _parser(command: Command) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"spock {command.name}", add_help=False)
    command.configure(parser)
    return parser


def _section(command: Command) -> str:
    arguments = arguments_of(command)
    positional = [one for one in arguments if not one.option_strings]
    words = " ".join(["spock", command.name, *map(_usage, positional), "[flags]"])
    rows = [(_name(one), _meaning(one)) for one in arguments]
    return f"## spock {command.name}\n\n{command.help}\n\n```\n{words}\n```\n\n" + table(
        ("argument", "meaning"), rows
    )


def _usage(argument: argparse.Action) -> str:
    word = argument.metavar or argument.dest
    return f"[{word}]" if argument.nargs in ("?", "*") else str(word)


def _name(argument: argparse.Action) -> str:
    """Its flags, with the word that stands for a value: `--max-age-days DAYS`, `-v`."""
    if not argument.option_strings:
        return code(str(argument.metavar or argument.dest))
    value = "" if argument.nargs == 0 else f" {argument.metavar or argument.dest.upper()}"
    more = " …" if argument.nargs == "+" else ""
    return ", ".join(code(f"{flag}{value}{more}") for flag in argument.option_strings)


def _meaning(argument: argparse.Action) -> str:
    """The help, in which argparse's `%%` is a plain percent sign."""
    return (argument.help or "").replace("%%", "%")

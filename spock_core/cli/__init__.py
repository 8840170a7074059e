"""The command `spock`. Heavy modules are imported only by the commands that need them."""

from __future__ import annotations

import argparse
import gc
import io
import logging
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

from spock_core.cli.signals import INTERRUPTED
from spock_core.domain.errors import OutputError, SpockError
from spock_core.plugins.command import Command
from spock_core.plugins.contributions import commands_of
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import mute, show

_EPILOG = """\
Flags are also settings: SPOCK_<NAME> in the environment or in .env, or <name> in spock.toml (or in
the file named by SPOCK_CONFIG). Flags take precedence over the environment, the environment over
.env, and .env over the file. An empty variable is unset, and an unknown one is an error.
`spock COMMAND --help` lists the flags with their variables, and says which are not settings.

Exit codes: 0 success; 1 a region failed, or the success rate is below --fail-under; 2 usage or
configuration error; 3 another run holds the lock; 130 interrupted, what was done is kept.
"""


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see `{self.prog} --help`)\n")

    def reject(self, unknown: Sequence[str]) -> NoReturn:
        """Reports arguments that it does not have, and the flag with the nearest name."""
        flag = unknown[0].partition("=")[0]
        nearest = get_close_matches(flag, self._option_string_actions, n=1)
        advice = f": did you mean {nearest[0]}?" if nearest and flag.startswith("-") else ""
        self.error(f"unrecognized arguments: {' '.join(unknown)}{advice}")


def main(argv: Sequence[str] | None = None, plugins: Plugins | None = None) -> int:
    """Runs a command and returns its exit code.

    `argv` are the arguments without the name of the program, by default those of the process.
    `plugins` are by default the installed ones.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(stream=sys.stderr, format="spock: %(message)s", level=logging.ERROR)
    logging.raiseExceptions = False  # a failure to write the log prints no traceback
    gc.set_threshold(100_000, 20, 20)  # batches create many objects and no reference cycles
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    verbose = "--verbose" in arguments or "-v" in arguments
    try:
        return _run(arguments, plugins or load_plugins())
    except OutputError as error:
        mute()
        return _fail(str(error), error.exit_code)
    except SpockError as error:
        if verbose:
            logging.getLogger(__name__).debug("traceback of the error", exc_info=True)
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail("interrupted; what was done is kept", INTERRUPTED)
    except BrokenPipeError:
        mute()
        return 0
    except Exception as error:
        if verbose:
            raise
        summary = f"{type(error).__name__}: {error}".splitlines()[0]
        return _fail(f"internal error: {summary} (--verbose shows the traceback)", 1)


def _run(arguments: list[str], plugins: Plugins) -> int:
    parser, commands, requested = _parser(plugins, arguments)
    namespace, unknown = parser.parse_known_args(arguments)
    if unknown:
        requested.reject(unknown)
    given = vars(namespace)
    name = given.pop("command")
    if name is None:
        parser.print_help()
        return 0
    code = commands[name].run(given, plugins)
    show("")
    return code


def _parser(
    plugins: Plugins, arguments: Sequence[str]
) -> tuple[_Parser, dict[str, Command], _Parser]:
    """Returns the parser, the commands by name, and the parser of the requested command.

    Only the requested command gets its flags, so that `spock --help` imports no command.
    """
    parser = _Parser(
        prog="spock",
        description="Keeps a classified register of every tradable stock in your own database.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = {command.name: command for command in commands_of(plugins)}
    used = parser
    requested = next((word for word in arguments if not word.startswith("-")), None)
    group = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in commands.values():
        text = command.help.replace("%", "%%")
        sub = group.add_parser(command.name, help=text, description=text)
        if command.name == requested:
            command.configure(sub)
            used = sub
    return parser, commands, used


def _version() -> str:
    from importlib.metadata import version

    return f"spock {version('spock-core')}"


def _fail(message: str, code: int) -> int:
    """Prints an error to stderr and returns the exit code."""
    print(f"spock: {message}", file=sys.stderr)
    return code

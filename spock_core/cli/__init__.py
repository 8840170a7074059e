"""The command `spock`. Heavy imports wait until a command needs them."""

from __future__ import annotations

import argparse
import gc
import io
import logging
import sys
from collections.abc import Sequence
from typing import NoReturn

from spock_core.cli.signals import INTERRUPTED
from spock_core.domain.errors import OutputError, SpockError
from spock_core.plugins.command import Command
from spock_core.plugins.contributions import commands_of
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import mute, show

_EPILOG = """\
Every flag is also a setting: SPOCK_<NAME> in the environment, in .env, or <name> in spock.toml
(or the file that SPOCK_CONFIG names); a flag wins over the environment, that over .env, that over
the file. `spock COMMAND --help` tells the flags.

Exit codes: 0 all is well; 1 a region failed, or the success rate is below --fail-under; 2 usage or
configuration; 3 another run holds the lock; 130 interrupted, what was done is kept.
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see `{self.prog} --help`)\n")


def main(argv: Sequence[str] | None = None, plugins: Plugins | None = None) -> int:
    """Runs a command and gives its exit code, with what is installed or with the given plugins."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(stream=sys.stderr, format="spock: %(message)s", level=logging.ERROR)
    logging.raiseExceptions = False  # a log that cannot be written is no reason for tracebacks
    gc.set_threshold(100_000, 20, 20)  # batches make many values and no cycles
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    verbose = "--verbose" in arguments or "-v" in arguments
    try:
        return _run(arguments, plugins or load_plugins())
    except OutputError as error:
        mute()
        return _complain(str(error), error.exit_code)
    except SpockError as error:
        if verbose:
            logging.getLogger(__name__).debug("where it happened", exc_info=True)
        return _complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _complain("interrupted; what was done is kept", INTERRUPTED)
    except BrokenPipeError:
        mute()
        return 0
    except Exception as error:
        if verbose:
            raise
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return _complain(f"a fault in the program: {what} (--verbose shows where)", 1)


def _run(arguments: list[str], plugins: Plugins) -> int:
    parser, commands = _parser(plugins, arguments)
    given = vars(parser.parse_args(arguments))
    name = given.pop("command")
    if name is None:
        parser.print_help()
        return 0
    code = commands[name].run(given, plugins)
    show("")
    return code


def _parser(
    plugins: Plugins, arguments: Sequence[str]
) -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    """The parser; only the command that is asked for has its flags, so that help is quick."""
    parser = _Parser(
        prog="spock",
        description="Keeps a classified register of every tradable stock in your own database.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = {command.name: command for command in commands_of(plugins)}
    asked = next((word for word in arguments if not word.startswith("-")), None)
    group = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in commands.values():
        text = command.help.replace("%", "%%")
        sub = group.add_parser(command.name, help=text, description=text)
        if command.name == asked:
            command.configure(sub)
    return parser, commands


def _version() -> str:
    from importlib.metadata import version

    return f"spock {version('spock-core')}"


def _complain(message: str, code: int) -> int:
    print(f"spock: {message}", file=sys.stderr)
    return code

"""The command `spock`. Heavy modules are imported only by the commands that need them."""

from __future__ import annotations

import contextlib
import gc
import logging
import sys
from collections.abc import Sequence

from spock_core.cli.parser import build_parser
from spock_core.cli.signals import INTERRUPTED, interruptible
from spock_core.domain.errors import OutputError, SpockError, UnknownSetting, UsageError
from spock_core.domain.text import is_text
from spock_core.plugins.contributions import owned_commands_of, settings_of
from spock_core.plugins.faults import reason_of
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import BUILT_IN, Plugins
from spock_core.reporting.output import mute, show
from spock_core.reporting.standard_streams import (
    given_back,
    open_descriptors,
    output_alone,
    settle,
    tell,
)


def main(argv: Sequence[str] | None = None, plugins: Plugins | None = None) -> int:
    """Runs a command and returns its exit code.

    `argv` are the arguments without the name of the program, by default those of the process.
    `plugins` are by default the installed ones.
    """
    if argv is not None:
        with output_alone(for_good=False):
            return _main(list(argv), plugins, guarded=False)
    open_descriptors()
    with output_alone(for_good=True):
        try:
            return _main(sys.argv[1:], plugins, guarded=True)
        finally:
            settle()


def _main(arguments: Sequence[str], plugins: Plugins | None, *, guarded: bool) -> int:
    logging.basicConfig(stream=sys.stderr, format="spock: %(message)s", level=logging.ERROR)
    logging.raiseExceptions = False  # a failure to write the log prints no traceback
    gc.set_threshold(100_000, 20, 20)  # batches create many objects and no reference cycles
    verbose = "--verbose" in arguments or "-v" in arguments
    try:
        with interruptible(guarded=guarded):
            plugins = plugins or load_plugins()
            return _run(arguments, plugins)
    except OutputError as error:
        mute()
        return _fail(str(error), error.exit_code)
    except SpockError as error:
        if verbose:
            logging.getLogger(__name__).debug("traceback of the error", exc_info=True)
        whose = _whose(plugins) if isinstance(error, UnknownSetting) else ""
        return _fail(f"{error}{whose}", error.exit_code)
    except KeyboardInterrupt:
        return _fail("interrupted; what was done is kept", INTERRUPTED)
    except BrokenPipeError:
        mute()
        return 0
    except SystemExit:
        raise
    except BaseException as error:  # a plugin's command may raise anything
        if verbose:
            raise
        return _fail(f"internal error: {reason_of(error)} (--verbose shows the traceback)", 1)


def _run(arguments: Sequence[str], plugins: Plugins) -> int:
    for argument in arguments:
        if not is_text(argument):
            raise UsageError(f"argument {argument!a}: it has bytes that are not UTF-8")
    owners = {command.name: (owner, command) for owner, command in owned_commands_of(plugins)}
    commands = {name: command for name, (_, command) in owners.items()}
    requested = next((word for word in arguments if not word.startswith("-")), None)
    parser, parsers = build_parser(commands.values(), lambda name: name == requested)
    if requested in parsers and commands[requested].settings_of_plugins:
        from spock_core.cli.flags import add_flags_of_plugins  # not needed for help

        add_flags_of_plugins(parsers[requested], settings_of(plugins))
    found, unknown = parser.parse_known_args(arguments)
    given = vars(found)
    name = given.pop("command")
    if unknown:
        (parsers[name] if name else parser).unknown(unknown)
    if name is None:
        parser.print_help()
        return 0
    with contextlib.nullcontext() if owners[name][0] in BUILT_IN else given_back():
        code = commands[name].run(given, plugins)
    show("")
    return code


def _whose(plugins: Plugins | None) -> str:
    """Returns whose an unknown setting may be: a plugin's that could not declare its own."""
    if plugins is None:
        return ""
    hook = "spock_settings"
    reasons = [f"{one.label} is not loaded ({one.error})" for one in plugins.broken]
    reasons += [
        f"{name} failed ({why})" for (name, at), why in plugins.faults.items() if at == hook
    ]
    return f"; {', and '.join(reasons)}: it may have this setting" if reasons else ""


def _fail(message: str, code: int) -> int:
    """Prints an error to stderr and returns the exit code."""
    tell(f"spock: {message}")
    return code

"""Whose an exception is: the user's, who wants the end, or that of the code which raised it."""

from __future__ import annotations

import signal

from spock_core.domain.stop import Stop


class UserInterrupt(KeyboardInterrupt):
    """The user asked for the end of a command by SIGINT or SIGTERM; its handlers raise it."""


PLUGIN_FAULTS = (BaseException,)
"""Exceptions of a plugin that are caught, so that only its own part fails: all of them, `exit()`
and `asyncio.CancelledError` included. The handler calls `pass_on` first."""


def pass_on(error: BaseException, stop: Stop | None = None) -> None:
    """Raises an error again that is no fault of the plugin in which it came up.

    That is the user's own interrupt, and `Stopped` if `stop` was asked. A plain
    `KeyboardInterrupt` is the user's if Python's own handler is in place, which raises it;
    otherwise the plugin made it.
    """
    of_python = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if isinstance(error, UserInterrupt | KeyboardInterrupt if of_python else UserInterrupt):
        raise error
    if stop is not None and stop.caused(error):
        raise error

"""Whether what a plugin is and brings can be used. Checks raise `UsageError` and say why not."""

from __future__ import annotations

import re
from typing import Any

from spock_core.domain.errors import UsageError
from spock_core.plugins.faults import _shown, gave

_NAME_FORM = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


def check_source(one: Any) -> None:
    """It is a `Source`."""
    for what in ("name", "counts_as"):
        value = getattr(one, what, None)
        if not isinstance(value, str) or not _NAME_FORM.fullmatch(value):
            raise UsageError(f"the {what} of a source is {_shown(value)}, not small letters")
    for what in ("observe", "claim"):
        if not callable(getattr(one, what, None)):
            raise UsageError(f"source {one.name} has no {what}")


def check_command(one: Any) -> None:
    """It is a `Command`."""
    from spock_core.plugins.command import Command

    if not isinstance(one, Command):
        raise UsageError(gave(one, Command))
    if not isinstance(one.name, str) or not _NAME_FORM.fullmatch(one.name):
        raise UsageError(f"the name of a command is {_shown(one.name)}, not small letters")
    if not isinstance(one.help, str) or not callable(one.configure) or not callable(one.run):
        raise UsageError(f"command {one.name} lacks help, configure or run")

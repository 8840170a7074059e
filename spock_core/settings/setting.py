"""A setting that a plugin declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a plugin: a flag, an environment variable, a key and an argument like core's.

    Its value is `run.settings.<name>`. Text must be one line of printable characters.
    """

    name: str
    """In small letters, with underscores: `sec_contact` is `--sec-contact`, `SPOCK_SEC_CONTACT` and
    `sec-contact` in `spock.toml`. It begins with the name of the plugin, region or source."""
    help: str
    """What it is, in a sentence, for `--help` and the reference."""
    type: type = str
    """`str`, `int`, `float` or `bool`."""
    default: Any = None
    """Its value if it is not given: of its type, or None. A `bool` is False."""
    secret: bool = False
    """Whether its value is never shown. It is then text, a pydantic `SecretStr`, and no flag, since
    all users of a machine can see the arguments of its processes."""
    personal: bool = False
    """Whether it names a person: a flag like any other, whose value is neither shown in messages
    nor kept with a run, so that reports and registers can be passed on."""
    check: Callable[[Any], None] | None = field(default=None, hash=False)
    """Raises `ValueError` for a value that cannot be used; the message says what it must be."""

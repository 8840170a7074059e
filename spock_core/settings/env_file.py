"""Reads a `.env` file as python-dotenv does, within bounds of size and time."""

from __future__ import annotations

import io
import os
import re
from collections import ChainMap
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream
from dotenv.variables import parse_variables

from spock_core.domain.errors import UsageError
from spock_core.settings.names import PREFIX, WITHOUT_PREFIX
from spock_core.settings.user_files import read_text

LARGEST = 64 * 1024
"""Bytes of the file; all settings with long values have about 10 kB."""
LONGEST_LINE = 10_000
"""python-dotenv's time grows with the square of a line's length."""
MOST_REFERENCES = 1_000
"""References to other variables, `${NAME}`, in the file: time grows with their square too."""
LARGEST_EXPANDED = 1024 * 1024
"""Characters of all values, once references are replaced: 30 lines that each name the one before
twice would have ten billion."""


def read_env_file(path: Path, where: str) -> Mapping[str, str | None]:
    """Returns the variables of a file. `where` names it in messages.

    What is no assignment is ignored, since the file may be another program's too, unless it is
    about Spock. Raises `UsageError` for that, and for what `read_text` raises it for.
    """
    text = read_text(path, where, LARGEST)
    if max(map(len, text.splitlines()), default=0) > LONGEST_LINE:
        raise UsageError(f"{where} has a line of more than {LONGEST_LINE:,} characters")
    if text.count("${") > MOST_REFERENCES:
        raise UsageError(f"{where} has more than {MOST_REFERENCES:,} references like ${{NAME}}")
    found: dict[str, str | None] = {}
    left = LARGEST_EXPANDED
    for binding in parse_stream(io.StringIO(text)):
        if binding.error or binding.value is None:
            _check_is_of_others(binding, where)
        elif binding.key is not None:
            _check_name(binding.key, f"{where} line {binding.original.line}")
            value = _expanded(binding.value, found, left)
            left -= len(value or "")
            if left < 0:
                raise UsageError(
                    f"{where} line {binding.original.line}: its references like ${{NAME}} stand "
                    f"for more than {LARGEST_EXPANDED:,} characters"
                )
            found[binding.key] = value
    return found


def _expanded(value: str | None, found: Mapping[str, str | None], most: int) -> str | None:
    """Replaces references by what the file says above, or by the environment's values. The result
    may be cut off once it is longer than `most`."""
    if value is None or "${" not in value:
        return value
    known = ChainMap[str, str | None](dict(found), dict(os.environ))
    text = io.StringIO()
    for part in parse_variables(value):
        if text.tell() > most:
            break
        text.write(part.resolve(known))
    return text.getvalue()


def _check_is_of_others(binding: Binding, where: str) -> None:
    text = binding.original.string.partition("#")[0].upper()
    if any(name in text for name in (PREFIX, *WITHOUT_PREFIX)):
        raise UsageError(f"{where} line {binding.original.line}: not an assignment: NAME=value")


def _check_name(name: str, where: str) -> None:
    """Raises `UsageError` for a name that no variable has, and that is meant for Spock."""
    written = re.sub(r"\W", "_", name).upper()
    if written != name.upper() and (written.startswith(PREFIX) or written in WITHOUT_PREFIX):
        raise UsageError(f"{where}: {name!r} is no name of a variable: write {written}")

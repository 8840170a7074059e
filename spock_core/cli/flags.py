"""Creates flags from the settings model, which defines their names, types, defaults and help."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from spock_core.settings.model import Settings
from spock_core.settings.names import flag_of, variable_of
from spock_core.settings.plugin_settings import extended
from spock_core.settings.setting import Setting

_SHORT = {"verbose": "-v"}
NO_SETTING = "not a setting"
"""What the help of a flag says that has no variable and no key."""


def add_flags(parser: argparse.ArgumentParser, names: Iterable[str]) -> None:
    """Adds the flags of these settings. A flag that is not given is absent from the result."""
    for name in names:
        _add_flag(parser, name, Settings.model_fields[name])


def add_flags_of_plugins(parser: argparse.ArgumentParser, declared: Iterable[Setting]) -> None:
    """Adds the flags of settings that plugins declare; a secret has none."""
    declared = list(declared)
    fields = extended(Settings, declared).model_fields
    for setting in declared:
        if not setting.secret:
            _add_flag(parser, setting.name, fields[setting.name])


def add_own_flag(parser: argparse.ArgumentParser, *names: str, help: str, **options: Any) -> None:
    """Adds a flag of one command that is not a setting, and says so in its help."""
    parser.add_argument(*names, help=f"{help} [{NO_SETTING}]", **options)


def _add_flag(parser: argparse.ArgumentParser, name: str, field: FieldInfo) -> None:
    flags = [flag_of(name)] + ([_SHORT[name]] if name in _SHORT else [])
    options: dict[str, Any] = {
        "dest": name,
        "default": argparse.SUPPRESS,
        "help": f"{field.description} {_default(field)}[{variable_of(name)}]".replace("%", "%%"),
    }
    if field.annotation is bool:
        options["action"] = argparse.BooleanOptionalAction
    elif isinstance(field.default, tuple):
        options |= {"nargs": "+", "metavar": name.upper().removesuffix("S")}
    else:
        options["metavar"] = name.upper().rsplit("_", maxsplit=1)[-1]
    parser.add_argument(*flags, **options)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value is False or value is PydanticUndefined:
        return ""
    return f"(default: {' '.join(value) if isinstance(value, tuple) else value}) "

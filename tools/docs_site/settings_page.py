"""The reference of settings, as Markdown, from the settings model and the commands' flags."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from spock_core.plugins.contributions import settings_of
from spock_core.plugins.loader import load_plugins
from spock_core.settings.model import Settings
from spock_core.settings.names import WITHOUT_PREFIX, flag_of, variable_of
from spock_core.settings.plugin_settings import extended
from tools.docs_site.commands_page import arguments_of, built_in_commands
from tools.docs_site.tables import code, table

HEADERS = ("flag", "environment", "default", "values", "meaning")
TYPES = {
    bool: "on or off",
    int: "a whole number",
    float: "a number",
    str: "text",
    Path: "a path",
    SecretStr: "text, never shown",
}


def settings_page() -> str:
    """A table of the settings that are flags, of those that are not, and of those that installed
    plugins declare."""
    flags = {argument.dest for command in built_in_commands() for argument in arguments_of(command)}
    fields = Settings.model_fields
    with_flag = table(HEADERS, [_row(name, fields[name]) for name in fields if name in flags])
    rows = [_row(name, fields[name])[1:] for name in fields if name not in flags]
    declared = settings_of(load_plugins())
    of_plugins = extended(Settings, declared).model_fields
    rows_of_plugins = [
        ("none", *row[1:]) if one.secret else row
        for one in declared
        for row in [_row(one.name, of_plugins[one.name])]
    ]
    return (
        f"## Settings with a flag\n\n{with_flag}\n\n"
        f"## Settings without a flag\n\n{table(HEADERS[1:], rows)}\n\n"
        f"## Settings of plugins\n\n{table(HEADERS, rows_of_plugins)}"
    )


def _row(name: str, field: FieldInfo) -> tuple[str, ...]:
    return (
        code(flag_of(name)),
        ", ".join(map(code, _variables(name))),
        _default(field),
        _values(field),
        field.description or "",
    )


def _variables(name: str) -> Iterable[str]:
    """Every environment variable that sets it, the one to prefer first."""
    return [variable_of(name), *(other for other, of in WITHOUT_PREFIX.items() if of == name)]


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.default_factory is not None:
        return "found out on the machine"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return code(" ".join(map(str, value)))
    return code(str(value))


def _values(field: FieldInfo) -> str:
    """What may be given: `a whole number, 1 to 10`."""
    kind = _type_of(field.annotation)
    limits = ", ".join(_limits(field))
    words = "words" if get_origin(kind) is tuple else TYPES[kind]
    return f"{words}, {limits}" if limits else words


def _type_of(annotation: Any) -> Any:
    """The type of an annotation without `| None` and without what `Annotated` adds."""
    if get_origin(annotation) in (Union, types.UnionType):
        [annotation] = [one for one in get_args(annotation) if one is not type(None)]
    return (
        getattr(annotation, "__origin__", annotation) if _is_annotated(annotation) else annotation
    )


def _is_annotated(annotation: Any) -> bool:
    return hasattr(annotation, "__metadata__")


def _limits(field: FieldInfo) -> Iterator[str]:
    bounds = {
        name: getattr(one, name)
        for one in field.metadata
        for name in ("ge", "gt", "le")
        if getattr(one, name, None) is not None
    }
    if "ge" in bounds and "le" in bounds:
        yield f"{bounds['ge']} to {bounds['le']}"
        return
    if "ge" in bounds:
        yield f"at least {bounds['ge']}"
    if "gt" in bounds:
        yield f"more than {bounds['gt']}"
    if "le" in bounds:
        yield f"at most {bounds['le']}"

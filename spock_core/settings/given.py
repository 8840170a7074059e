"""Where settings are given: flags or Python, the environment, `.env`, and a TOML file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from spock_core.domain.errors import UsageError
from spock_core.domain.text import is_text
from spock_core.settings.env_file import read_env_file
from spock_core.settings.names import (
    CONFIG_VARIABLE,
    PREFIX,
    WITHOUT_PREFIX,
    check_name,
    flag_of,
    is_of_kubernetes,
    missing_plugin,
    setting_of_key,
    variable_of,
)
from spock_core.settings.toml_file import parse_toml
from spock_core.settings.user_files import read_text

ENV_FILE = Path(".env")
DEFAULT_CONFIG = Path("spock.toml")
LARGEST_FILE = 64 * 1024
"""Bytes of the TOML file; all settings with long values have about 10 kB."""


class Given(NamedTuple):
    """The value of a setting as it was given."""

    value: Any
    origin: str
    """How messages name it: `--max-workers`, `SPOCK_MAX_WORKERS`, `max_workers (in spock.toml)`."""


class Place(NamedTuple):
    """One place of settings."""

    found: dict[str, Given]
    """By the setting's name, without those whose value is empty."""
    of_missing_plugins: dict[str, str]
    """The settings of plugins that are not installed: the plugin by the name in this place."""


class PlaceSource(PydanticBaseSettingsSource):
    """One place, as a source of pydantic-settings.

    Its own sources pass over names that do not exist and read files without a bound.
    """

    def __init__(self, settings_cls: type[BaseSettings], place: Place) -> None:
        super().__init__(settings_cls)
        self._place = place

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Returns one value; the base class requires this, but pydantic-settings calls the object
        for all values instead."""
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Returns all values of the place."""
        return {name: one.value for name, one in self._place.found.items()}


def all_places(arguments: Mapping[str, Any], known: frozenset[str]) -> Iterator[Place]:
    """Yields the places in order of precedence, the one that takes precedence first.

    `arguments` are the flags of a command, or the arguments from Python. `known` are the names of
    all settings. Raises `UsageError` for a name that is not known and for a file that cannot be
    read.
    """
    for name in arguments:
        check_name(name, known)
    yield _place({name: Given(value, flag_of(name)) for name, value in arguments.items()})
    yield _variables(os.environ, known, "environment")
    yield _env_file(known)
    yield _toml_file(known)


def _variables(
    variables: Mapping[str, str | None], known: frozenset[str], place: str, shown: str = ""
) -> Place:
    """Returns the settings among variables. Names are compared without regard to case."""
    names = {variable_of(name): name for name in known}
    found: dict[str, Given] = {}
    of_missing: dict[str, str] = {}
    for text in sorted(variables, key=_preference):
        variable, value = text.upper(), variables[text]
        name = names.get(variable) or WITHOUT_PREFIX.get(variable)
        if is_of_kubernetes(variable, value or "") or _is_empty(value):
            continue
        if name is not None:
            found.setdefault(name, Given((value or "").strip(), f"{text}{shown}"))
        elif variable.startswith(PREFIX) and variable != CONFIG_VARIABLE:
            plugin = missing_plugin(variable.removeprefix(PREFIX).lower())
            if plugin is None:
                check_name(text, names, place)
            else:
                of_missing[text] = plugin
    _check_texts(found.values())
    return Place(found, of_missing)


def _preference(variable: str) -> tuple[bool, bool]:
    """Sorts `SPOCK_KIS_APP_KEY` before `KIS_APP_KEY`, and both before names in lower case."""
    return not variable.isupper(), not variable.startswith(PREFIX)


def _env_file(known: frozenset[str]) -> Place:
    if not _is_there(ENV_FILE):
        return _place({})
    where = f"settings file {ENV_FILE}"
    return _variables(read_env_file(ENV_FILE, where), known, where, f" (in {ENV_FILE})")


def settings_files() -> list[Path]:
    """Returns the files of settings, whether or not they are there."""
    return [ENV_FILE, _config_file() or DEFAULT_CONFIG]


def _config_file() -> Path | None:
    """The TOML file that `SPOCK_CONFIG` names."""
    named = os.environ.get(CONFIG_VARIABLE, "").strip()
    return Path(named) if named else None


def _toml_file(known: frozenset[str]) -> Place:
    """Reads the TOML file that `SPOCK_CONFIG` names, else `spock.toml` in the working folder."""
    named = _config_file()
    path = named or DEFAULT_CONFIG
    if named is None and not _is_there(path):
        return _place({})
    where = f"settings file {path}"
    values = parse_toml(read_text(path, where, LARGEST_FILE), where)
    found: dict[str, Given] = {}
    of_missing: dict[str, str] = {}
    for key, value in values.items():
        name = setting_of_key(key)
        plugin = None if name in known else missing_plugin(name)
        if plugin is not None:
            of_missing[key] = plugin
            continue
        if name not in known:
            check_name(key, known, where)
        if name in found:
            raise UsageError(f"{where}: {key!r} is given twice, with a dash and with an underscore")
        found[name] = Given(value, f"{key} (in {path})")
    return _place(found, of_missing)


def _place(found: Mapping[str, Given], of_missing_plugins: dict[str, str] | None = None) -> Place:
    given = {name: one for name, one in found.items() if not _is_empty(one.value)}
    _check_texts(given.values())
    return Place(given, of_missing_plugins or {})


def _check_texts(given: Iterable[Given]) -> None:
    for one in given:
        values = one.value if isinstance(one.value, list | tuple) else [one.value]
        if not all(is_text(str(value)) for value in values if isinstance(value, str | Path)):
            raise UsageError(f"{one.origin}: it has bytes that are not UTF-8, or NUL")


def _is_empty(value: Any) -> bool:
    """Whether a value is none, so that the setting counts as not given."""
    if isinstance(value, list | tuple) and len(value) == 1:
        [value] = value
    return value is None or (isinstance(value, str) and not value.strip())


def _is_there(path: Path) -> bool:
    """Whether the working folder has this file. A folder that may not be searched has none, and a
    folder of this name is none: a virtual environment is often called `.env`."""
    try:
        return path.exists() and not path.is_dir()
    except OSError:
        return False

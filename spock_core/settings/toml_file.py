"""Settings from a TOML file."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from spock_core.domain.errors import UsageError

CONFIG_VARIABLE = "SPOCK_CONFIG"
DEFAULT_CONFIG = Path("spock.toml")


class TomlFile(PydanticBaseSettingsSource):
    """The TOML file that `SPOCK_CONFIG` names, else `spock.toml` in the working folder."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Returns one value; the base class requires this, but pydantic-settings calls the object
        for all values instead."""
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Returns all values of the file; none if there is no `spock.toml`.

        Raises `UsageError` if the file cannot be read, is not TOML or has an unknown key.
        """
        named = os.environ.get(CONFIG_VARIABLE)
        path = Path(named) if named else DEFAULT_CONFIG
        if not named and not path.exists():
            return {}
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise UsageError(f"settings file {path}: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"settings file {path} is not TOML: {error}") from error
        if "json" in values:
            values["json_output"] = values.pop("json")
        for key in values:
            if key not in self.settings_cls.model_fields:
                raise UsageError(f"settings file {path}: unknown setting {key!r}")
        return values

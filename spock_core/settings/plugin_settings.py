"""Extends the settings model by the settings that plugins declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field, SecretStr, create_model
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.settings.setting import Setting

T = TypeVar("T", bound=BaseModel)

LONGEST = 1_000
"""Characters of a text."""
_BOUNDED: Mapping[type, Any] = {
    int: Annotated[int, Field(ge=-(2**63), lt=2**63)],
    float: Annotated[float, Field(allow_inf_nan=False)],
}
"""Numbers that fit into 64 bits, as databases and plugins expect of them."""


PERSONAL = "personal"
"""The key under which a field of the settings' model is marked as personal."""


def extended(model: type[T], declared: Iterable[Setting]) -> type[T]:
    """Returns the model of core's settings with those that plugins declare."""
    settings = tuple(declared)
    return _extended(model, settings) if settings else model


@lru_cache(maxsize=8)  # a command needs the same one for its flags, its values and its warnings
def _extended(model: type[T], declared: tuple[Setting, ...]) -> type[T]:
    fields: dict[str, Any] = {one.name: (_annotation(one), _field(one)) for one in declared}
    return create_model("Settings", __base__=model, **fields)


def _annotation(setting: Setting) -> Any:
    def checked(value: Any) -> Any:
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        if isinstance(plain, str) and not (plain.isprintable() and len(plain) <= LONGEST):
            raise ValueError(f"must be one line of up to {LONGEST:,} printable characters")
        if setting.check is not None:
            _call(setting, plain)
        return value

    kind: Any = SecretStr if setting.secret else _BOUNDED.get(setting.type, setting.type)
    annotation = Annotated[kind, AfterValidator(checked)]
    return annotation if setting.type is bool else annotation | None


def _field(setting: Setting) -> Any:
    default = setting.default
    if setting.type is bool:
        default = bool(default)
    elif setting.secret and default is not None:
        default = SecretStr(default)
    extra: JsonDict = {PERSONAL: True} if setting.personal else {}
    return Field(default, description=setting.help, json_schema_extra=extra)


def is_hidden(field: FieldInfo) -> bool:
    """Whether the value of a setting is shown nowhere: a secret, or personal."""
    extra = field.json_schema_extra
    return "SecretStr" in str(field.annotation) or (isinstance(extra, dict) and PERSONAL in extra)


def _call(setting: Setting, value: Any) -> None:
    """Calls a plugin's check; what it raises by mistake is told like a value that cannot be used,
    since a run with a setting that nobody could check is not what the user asked for."""
    try:
        if setting.check is not None:
            setting.check(value)
    except ValueError:
        raise
    except PLUGIN_FAULTS as error:
        pass_on(error)
        raise ValueError(f"its plugin cannot check it: {type(error).__name__}") from error

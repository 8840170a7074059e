"""The user's credentials, from the environment or from files. They are never shown."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from spock_core.domain.errors import UsageError
from spock_core.settings.model import Settings
from spock_core.settings.names import variable_of
from spock_core.settings.user_files import read_text

LARGEST_SECRET = 1024 * 1024
"""Bytes of the file of a key. Keys of KIS have less than 200."""


class Credentials(NamedTuple):
    """Key and secret of KIS's REST API; `SecretStr` hides both when printed."""

    key: SecretStr
    secret: SecretStr


def credentials(settings: Settings) -> Credentials | None:
    """Returns the credentials, or None if neither key nor secret is set.

    Raises `UsageError` if only one of them is set, or if a file of theirs cannot be read.
    """
    key = settings.kis_app_key or _from_file(settings.kis_app_key_file, "kis_app_key")
    secret = settings.kis_app_secret or _from_file(settings.kis_app_secret_file, "kis_app_secret")
    if key is None and secret is None:
        return None
    if key is None or secret is None:
        missing = "kis_app_key" if key is None else "kis_app_secret"
        raise UsageError(f"the KIS credentials are incomplete: set {variable_of(missing)} too")
    return Credentials(key, secret)


def _from_file(path: Path | None, name: str) -> SecretStr | None:
    if path is None:
        return None
    where = f"{variable_of(name)}_FILE {path}"
    text = read_text(path, where, LARGEST_SECRET).strip()
    if not text:
        raise UsageError(f"{where}: the file is empty")
    return SecretStr(text)

"""The keys that a user gave, from the environment or from files. They are never shown."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from spock_core.domain.errors import UsageError
from spock_core.settings.model import Settings, variable_of


class Credentials(NamedTuple):
    """Key and secret of KIS's REST API; both hide themselves when printed."""

    key: SecretStr
    secret: SecretStr


def credentials(settings: Settings) -> Credentials | None:
    """What was given; None where nothing was. Raises `UsageError` for half of it."""
    key = settings.kis_app_key or _from_file(settings.kis_app_key_file, "kis_app_key")
    secret = settings.kis_app_secret or _from_file(settings.kis_app_secret_file, "kis_app_secret")
    if key is None and secret is None:
        return None
    if key is None or secret is None:
        lacking = "kis_app_key" if key is None else "kis_app_secret"
        raise UsageError(
            f"of the KIS credentials only one half is given: set {variable_of(lacking)} too"
        )
    return Credentials(key, secret)


def _from_file(path: Path | None, name: str) -> SecretStr | None:
    if path is None:
        return None
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"{variable_of(name)}_FILE {path}: {reason}") from error
    if not text:
        raise UsageError(f"{variable_of(name)}_FILE {path}: the file is empty")
    return SecretStr(text)

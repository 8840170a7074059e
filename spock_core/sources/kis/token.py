"""The access token of KIS's REST API. KIS gives one a minute, so it is kept between runs.

Source: KIS Developers, "접근토큰발급(P)", `POST /oauth2/tokenP`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import requests
from pydantic import SecretStr

from spock_core.domain.errors import ProviderError, TransientError

TIMEOUT_S = (10.0, 30.0)
EARLY = timedelta(minutes=10)
"""A token that ends sooner than this is not begun with."""
_TOO_SOON = "EGW00133"


class Token(NamedTuple):
    """An access token."""

    value: SecretStr
    expires_at: datetime
    kept: bool
    """Whether it was kept from an earlier run; else it is fresh."""


def access_token(
    base: str, key: SecretStr, secret: SecretStr, folder: Path, now: datetime
) -> Token:
    """A token that is good for a while, kept in a folder where its owner alone can read it.

    Raises `TransientError` where KIS could not be asked or was asked too soon, `ProviderError`
    where it refuses the key.
    """
    name = hashlib.sha256(f"{base} {key.get_secret_value()}".encode()).hexdigest()[:16]
    path = folder / f"kis-token-{name}.json"
    kept = _read(path)
    if kept is not None and kept.expires_at > now + EARLY:
        return kept
    fresh = _ask(base, key, secret, now)
    _write(path, fresh)
    return fresh


def _ask(base: str, key: SecretStr, secret: SecretStr, now: datetime) -> Token:
    body = {
        "grant_type": "client_credentials",
        "appkey": key.get_secret_value(),
        "appsecret": secret.get_secret_value(),
    }
    url = f"{base.rstrip('/')}/oauth2/tokenP"
    try:
        response = requests.post(url, json=body, timeout=TIMEOUT_S, allow_redirects=False)
        said: Any = response.json()
    except (requests.exceptions.RequestException, OSError, ValueError) as error:
        raise TransientError(f"no whole answer ({type(error).__name__})") from None
    if not isinstance(said, dict):
        raise TransientError("an answer of an unknown shape")
    if said.get("error_code") == _TOO_SOON:
        raise TransientError("it gives one token a minute; ask again in a minute")
    if response.status_code >= 500 or response.status_code == 429:
        raise TransientError(f"HTTP {response.status_code}")
    value, seconds = said.get("access_token"), said.get("expires_in")
    if response.status_code != 200 or not isinstance(value, str) or not isinstance(seconds, int):
        code = str(said.get("error_code") or f"HTTP {response.status_code}")[:20]
        raise ProviderError(f"it refuses the key ({code})")
    return Token(SecretStr(value), now + timedelta(seconds=seconds), kept=False)


def _read(path: Path) -> Token | None:
    try:
        kept = json.loads(path.read_text("utf-8"))
        expires_at = datetime.fromisoformat(kept["expires_at"])
        return Token(SecretStr(kept["access_token"]), expires_at.astimezone(UTC), kept=True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, token: Token) -> None:
    """Keeps it for the next run; where that cannot be, the next run asks for another."""
    text = json.dumps(
        {
            "access_token": token.value.get_secret_value(),
            "expires_at": token.expires_at.isoformat(),
        }
    )
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as out:
            out.write(text)
        part.replace(path)

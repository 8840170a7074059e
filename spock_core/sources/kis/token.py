"""The access token of KIS's REST API, cached between runs: KIS issues one a minute at most.

Source: KIS Developers, "접근토큰발급(P)" (issue of access tokens), `POST /oauth2/tokenP`.
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

from spock_core.domain.errors import ProviderError, TransientError, Unreadable
from spock_core.domain.text import format_utc
from spock_core.sources.http.transport import Limits

LIMITS = Limits(seconds=30.0, max_bytes=64 * 1024)
"""A token has about 350 bytes."""
MIN_VALIDITY = timedelta(minutes=10)
MAX_VALIDITY = timedelta(hours=25)
"""KIS's tokens are valid for 24 hours. One that seems to be valid for longer was issued while the
clock was ahead."""
"""A cached token that expires sooner than this is not used."""
_TOO_SOON = "EGW00133"
"""KIS's error code for a second request for a token within a minute."""


class Token(NamedTuple):
    """An access token."""

    value: SecretStr
    expires_at: datetime
    from_cache: bool
    """Whether an earlier run fetched it."""


def access_token(
    session: requests.Session,
    base: str,
    key: SecretStr,
    secret: SecretStr,
    folder: Path,
    now: datetime,
) -> Token:
    """Returns a token that is valid for `MIN_VALIDITY` at least, from the cache folder or, through
    a session with KIS, from there.

    The cached file is readable by its owner alone. Raises `TransientError` if KIS could not be
    reached, or issued a token less than a minute ago, and `ProviderError` if it refuses the key.
    """
    path = _path(base, key, folder)
    cached = _read(path)
    if cached is not None and now + MIN_VALIDITY < cached.expires_at < now + MAX_VALIDITY:
        return cached
    token = _request_token(session, base, key, secret, now)
    _write(path, token)
    return token


def forget_token(base: str, key: SecretStr, folder: Path) -> None:
    """Removes a token that KIS no longer takes from the cache folder."""
    with contextlib.suppress(OSError):
        _path(base, key, folder).unlink()


def _path(base: str, key: SecretStr, folder: Path) -> Path:
    name = hashlib.sha256(f"{base} {key.get_secret_value()}".encode()).hexdigest()[:16]
    return folder / f"kis-token-{name}.json"


def _request_token(
    session: requests.Session, base: str, key: SecretStr, secret: SecretStr, now: datetime
) -> Token:
    body = {
        "grant_type": "client_credentials",
        "appkey": key.get_secret_value(),
        "appsecret": secret.get_secret_value(),
    }
    url = f"{base.rstrip('/')}/oauth2/tokenP"
    response = session.post(url, json=body, allow_redirects=False)
    try:
        document: Any = response.json()
    except (Unreadable, ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise TransientError("the response is not a JSON object")
    if document.get("error_code") == _TOO_SOON:
        raise TransientError("KIS issues one token a minute; try again in a minute")
    value, seconds = document.get("access_token"), document.get("expires_in")
    if response.status_code != 200 or not isinstance(value, str) or not isinstance(seconds, int):
        code = str(document.get("error_code") or f"HTTP {response.status_code}")[:20]
        raise ProviderError(f"KIS refuses the key ({code})")
    return Token(SecretStr(value), now + timedelta(seconds=seconds), from_cache=False)


def _read(path: Path) -> Token | None:
    """Returns the cached token, or None if there is none that can be read."""
    try:
        document = json.loads(path.read_text("utf-8"))
        expires_at = datetime.fromisoformat(document["expires_at"]).astimezone(UTC)
        return Token(SecretStr(document["access_token"]), expires_at, from_cache=True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, token: Token) -> None:
    """Caches a token. Errors are ignored: the next run then requests a new token."""
    text = json.dumps(
        {
            "access_token": token.value.get_secret_value(),
            "expires_at": format_utc(token.expires_at),
        }
    )
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as out:
            out.write(text)
        part.replace(path)

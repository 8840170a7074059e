"""The access token of KIS's REST API, cached between runs: KIS issues one a minute at most.

Source: KIS Developers, "접근토큰발급(P)" (issue of access tokens), `POST /oauth2/tokenP`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import requests
from pydantic import AwareDatetime, BaseModel, Field, SecretStr, ValidationError

from spock_core.domain.errors import ProviderError, TransientError, Unreadable, UsageError
from spock_core.domain.text import format_utc, sanitize
from spock_core.settings.user_files import read_text
from spock_core.sources.documents import parse_json
from spock_core.sources.http.transport import Limits

LIMITS = Limits(seconds=30.0, max_bytes=64 * 1024)
"""A token has about 350 bytes."""
MIN_VALIDITY = timedelta(minutes=10)
"""A cached token that expires sooner than this is not used."""
MAX_VALIDITY = timedelta(hours=25)
"""KIS's tokens are valid for 24 hours. One that seems to be valid for longer was issued while the
clock was ahead."""
_TOO_SOON = "EGW00133"
"""KIS's error code for a second request for a token within a minute."""


_Value = Annotated[SecretStr, Field(min_length=1, max_length=8_000)]


class _Issued(BaseModel, strict=True):
    """KIS's answer; it has more fields."""

    access_token: _Value
    expires_in: Annotated[int, Field(ge=0, le=10**9)]
    """Seconds."""


class _Kept(BaseModel):
    """The content of the file of a token."""

    access_token: _Value
    expires_at: AwareDatetime


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
    cached = read_token(path)
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
    try:
        issued = _Issued.model_validate(document)
    except ValidationError:
        issued = None
    if response.status_code != 200 or issued is None:
        code = sanitize(str(document.get("error_code") or f"HTTP {response.status_code}"), 20)
        raise ProviderError(f"KIS refuses the key ({code})")
    if not _is_sendable(issued.access_token):
        raise ProviderError("KIS issues a token that no header can have")
    expires_at = now + timedelta(seconds=issued.expires_in)
    return Token(issued.access_token, expires_at, from_cache=False)


def _is_sendable(token: SecretStr) -> bool:
    """Whether a token has visible characters of ASCII alone, so that it can be sent in a header."""
    value = token.get_secret_value()
    return value.isascii() and value.isprintable() and " " not in value


def read_token(path: Path) -> Token | None:
    """Returns the cached token, or None if there is none that can be read."""
    try:
        text = read_text(path, path.name, LIMITS.max_bytes)
        kept = _Kept.model_validate(parse_json(text.encode()))
        expires_at = kept.expires_at.astimezone(UTC)
    except (UsageError, Unreadable, ValidationError, OverflowError):
        return None
    return Token(kept.access_token, expires_at, True) if _is_sendable(kept.access_token) else None


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
        # nobody else can have made a file of this name, and only its owner can read it
        file, part = tempfile.mkstemp(".part", f"{path.stem}.", path.parent)
        try:
            with os.fdopen(file, "w", encoding="utf-8") as out:
                out.write(text)
            Path(part).replace(path)
        except OSError:
            Path(part).unlink()
            raise

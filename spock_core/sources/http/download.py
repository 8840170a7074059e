"""Fetches the file of a list: from the web, by a conditional HTTP request, or from this machine."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from spock_core.domain import ListState
from spock_core.domain.errors import ListError, ProviderError
from spock_core.domain.events import RequestMade, Retry
from spock_core.domain.stop import Stop
from spock_core.domain.text import redact_url, sanitize
from spock_core.sources.http.bounds import Bounds, Patience
from spock_core.sources.http.retry import RetryPolicy, call_with_retries

if TYPE_CHECKING:
    from spock_core.sources.http.session import GatedSession

DEADLINE_S = 60.0
"""Longest time for one download in all."""
_BY_CONTENT = "sha256:"
"""How the `etag` of a local file begins; a server's begins with a quotation mark or `W/`."""
_PART_BYTES = 256 * 1024
"""What is read of a local file at once."""
_MAX_ETAG, _MAX_DATE = 200, 64
"""Characters of an `ETag` and of a `Last-Modified` header that fit into the register."""
_LINE = re.compile(r"[!-~]([ -~]*[!-~])?")


@dataclass(frozen=True, slots=True)
class Download:
    """A file as its server sent it. The caller closes `file`."""

    name: str
    file: IO[bytes]
    state: ListState
    """The server's `ETag` and `Last-Modified`; of a local file, a digest of its content."""


class Downloads:
    """Fetches a provider's files. One object serves a whole run, and remembers an outage."""

    def __init__(
        self,
        provider: str,
        expects: str,
        max_bytes: int,
        addresses: Iterable[str],
        policy: RetryPolicy,
        notify: Callable[[RequestMade | Retry], None],
        stop: Stop,
        patience: Patience | None = None,
        bounds: Bounds = Bounds(),  # noqa: B008  immutable
    ) -> None:
        """`provider` is the name under which requests are counted; `expects` is what messages call
        a file, with its article: `an archive`. Larger files than `max_bytes` are refused.
        `addresses` are those that the provider states; requests and redirects go nowhere else.
        `patience` is the run's, `bounds` are what the server may cost without an answer."""
        self._provider = provider
        self._expects = expects
        self._max_bytes = max_bytes
        self._addresses = tuple(addresses)
        self._policy = policy
        self._notify = notify
        self._stop = stop
        self._patience = patience
        self._bounds = bounds
        self._opened: GatedSession | None = None
        self._lock = threading.Lock()

    def fetch(
        self,
        address: str,
        state: ListState,
        region: str,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Download | None:
        """Returns the file at a web address, a `file:` URL or a path, or None if it has not changed
        since `state`: as the server answers, or by the content of a local file. Retries count for
        `region`. `headers` are for the server of the address alone.

        Raises `ListError` if there is no usable file, and `Stopped` if the run was asked to stop.
        After an outage the next files are tried once each, without retries, until a download
        succeeds, so that a dead provider does not hold up the run.
        """
        path = local_path(address)
        if path is not None:
            return self._read(path, state)
        try:
            return call_with_retries(
                lambda: self._download(address, state, headers),
                self._provider,
                self._policy,
                self._session().gate.breaker,
                self._notify,
                self._stop,
                region,
            )
        except ProviderError as error:
            raise ListError(f"{redact_url(address)}: {error}") from error

    def _read(self, path: Path, state: ListState) -> Download | None:
        """Returns a file of this machine, or None if its content is what it was at `state`."""
        try:
            file = _opened(path)
            try:
                found = ListState(etag=f"{_BY_CONTENT}{self._digest(file, path)}")
                file.seek(0)
            except BaseException:
                file.close()
                raise
        except OSError as error:
            raise ListError(f"{path}: {error.strerror or error}") from error
        if found == state:
            file.close()
            return None
        return Download(path.name, file, found)

    def _digest(self, file: IO[bytes], path: Path) -> str:
        """The digest of a file's content, which may be longer than the system says it is."""
        digest, left = hashlib.sha256(), self._max_bytes
        while part := file.read(_PART_BYTES):
            digest.update(part)
            left -= len(part)
            if left < 0:
                raise ListError(f"{path}: {self._too_large()}")
        return digest.hexdigest()

    def _download(self, url: str, state: ListState, headers: Mapping[str, str]) -> Download | None:
        conditions = _conditions(state)
        response = self._session().get(url, headers={**headers, **conditions}, stream=True)
        if response.status_code == 304:
            if conditions:
                return None
            raise ProviderError("the server answered HTTP 304 to an unconditional request")
        if response.status_code != 200:
            raise ProviderError(f"the server answered HTTP {response.status_code}")
        new_state = ListState(
            _bounded(response.headers.get("ETag"), _MAX_ETAG),
            _bounded(response.headers.get("Last-Modified"), _MAX_DATE),
        )
        name = unquote(urlsplit(url).path).rpartition("/")[2]
        return Download(name, cast(IO[bytes], response.raw), new_state)

    def _session(self) -> GatedSession:
        """Returns the session of this run, which is not opened before a file is on the web."""
        from spock_core.sources.http.opening import open_session
        from spock_core.sources.http.transport import Limits

        with self._lock:
            if self._opened is None:
                self._opened = open_session(
                    self._provider,
                    self._addresses,
                    Limits(min(DEADLINE_S, self._bounds.seconds), self._max_bytes),
                    expects=self._expects,
                    pause_s=self._policy.delay_s,
                    notify=self._notify,
                    stop=self._stop,
                    patience=self._patience,
                    bounds=self._bounds,
                )
            return self._opened

    def _too_large(self) -> str:
        return f"{self._expects} larger than {self._max_bytes:,} bytes"


def _opened(path: Path) -> IO[bytes]:
    """Opens a regular file, without waiting for the writer of a pipe."""
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise ListError(f"{path}: not a file")


def local_path(address: str) -> Path | None:
    """Returns the file or folder that a path or `file:` URL names, or None for a web address.

    Raises `ListError` for an invalid address, and for a file on another machine.
    """
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise ListError(f"{redact_url(address)}: not a valid address") from error
    if parts.scheme.lower() == "file":
        if parts.netloc not in ("", "localhost"):
            raise ListError(
                f"{redact_url(address)}: this file: URL names another machine; write file:///path"
            )
        return Path(unquote(parts.path))
    if "://" in address:
        return None
    try:
        return Path(address).expanduser()
    except RuntimeError as error:
        raise ListError(f"{sanitize(address)}: there is no such user") from error


def file_address(folder: str, name: str) -> str:
    """Returns the address of a file in a folder, itself a web address, `file:` URL or path."""
    return f"{folder.rstrip('/')}/{name}"


def _bounded(value: str | None, longest: int) -> str | None:
    """Returns a header if it can be stored, and sent with a request: a short line of ASCII. Without
    it the next request is not conditional."""
    is_sendable = value is not None and _LINE.fullmatch(value) and len(value) <= longest
    return value if is_sendable else None


def _conditions(state: ListState) -> dict[str, str]:
    """Returns the headers of a conditional request (RFC 9110, section 13)."""
    headers = {}
    if state.etag and not state.etag.startswith(_BY_CONTENT):
        headers["If-None-Match"] = state.etag
    elif state.last_modified:
        headers["If-Modified-Since"] = state.last_modified
    return headers

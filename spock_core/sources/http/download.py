"""Fetches the file of a list: from the web, by a conditional HTTP request, or from this machine."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from spock_core.domain import ListState
from spock_core.domain.errors import ListError, ProviderError, TransientError
from spock_core.domain.events import RequestMade, Retry
from spock_core.domain.stop import Stop
from spock_core.domain.text import redact_url
from spock_core.sources.http.retry import NO_RETRY, RetryPolicy, call_with_retries

if TYPE_CHECKING:
    import requests

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
DEADLINE_S = 300.0
"""Longest time for one download in all; a read time-out alone does not bound a slow trickle."""
_CHUNK_BYTES = 64 * 1024
_IN_MEMORY_BYTES = 1024 * 1024
_MAX_ETAG, _MAX_DATE = 200, 64
"""Characters of an `ETag` and of a `Last-Modified` header that fit into the register."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file as its server sent it. The caller closes `file`."""

    name: str
    file: IO[bytes]
    state: ListState
    """The server's `ETag` and `Last-Modified`; empty for a local file."""


class Downloads:
    """Fetches a provider's files. One object serves a whole run, and remembers an outage."""

    def __init__(
        self,
        provider: str,
        file_kind: str,
        max_bytes: int,
        policy: RetryPolicy,
        notify: Callable[[RequestMade | Retry], None],
        stop: Stop,
    ) -> None:
        """`provider` is the name under which requests are counted; `file_kind` is what messages
        call a file, such as `archive`. Larger files than `max_bytes` are refused."""
        self._provider = provider
        self._file_kind = file_kind
        self._max_bytes = max_bytes
        self._policy = policy
        self._down = False
        """Whether the last download failed for an outage, after its retries."""
        self._notify = notify
        self._stop = stop
        self._session: requests.Session | None = None

    def fetch(self, address: str, state: ListState, region: str) -> Download | None:
        """Returns the file at a web address, a `file:` URL or a path, or None if the server answers
        that it has not changed since `state`. Retries count for `region`.

        Raises `ListError` if there is no usable file, and `Stopped` if the run was asked to stop.
        After an outage the next files are tried once each, without retries, until a download
        succeeds, so that a dead provider does not hold up the run.
        """
        path = local_path(address)
        if path is not None:
            return self._read(path)
        try:
            download = call_with_retries(
                lambda: self._download(address, state),
                self._provider,
                NO_RETRY if self._down else self._policy,
                self._notify,
                self._stop,
                region,
            )
        except ProviderError as error:
            self._down = isinstance(error, TransientError)
            raise ListError(f"{redact_url(address)}: {error}") from error
        self._down = False
        return download

    def _read(self, path: Path) -> Download:
        try:
            if path.stat().st_size > self._max_bytes:
                raise ListError(f"{path}: {self._too_large()}")
            if not path.is_file():
                raise ListError(f"{path}: not a file")
            file = path.open("rb")
        except OSError as error:
            raise ListError(f"{path}: {error.strerror or error}") from error
        return Download(name=path.name, file=file, state=ListState())

    def _download(self, url: str, state: ListState) -> Download | None:
        import requests

        def count_request(outcome: str, seconds: float) -> None:
            self._notify(RequestMade(self._provider, outcome, seconds))

        self._stop.check()
        if self._session is None:
            self._session = requests.Session()
        conditions = _conditions(state)
        started = time.monotonic()
        outcome = "connection"
        try:
            with self._session.get(
                url,
                headers=conditions,
                timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                stream=True,
            ) as response:
                outcome = _outcome(response.status_code)
                for redirect in response.history:
                    count_request(f"http_{redirect.status_code}", 0.0)
                if response.status_code == requests.codes.not_modified:
                    if conditions:
                        return None
                    raise ProviderError("the server answered HTTP 304 to an unconditional request")
                _check_status(response)
                if "html" in response.headers.get("Content-Type", "").lower():
                    outcome = "html"
                    article = "an" if self._file_kind[0] in "aeiou" else "a"
                    raise TransientError(
                        f"the server sent a web page instead of {article} {self._file_kind}"
                    )
                outcome = "cut"  # unless the whole body arrives
                file = self._spool(response, started + DEADLINE_S)
                outcome = "ok"
                headers = response.headers
                new_state = ListState(
                    _bounded(headers.get("ETag"), _MAX_ETAG),
                    _bounded(headers.get("Last-Modified"), _MAX_DATE),
                )
                return Download(unquote(urlsplit(url).path).rpartition("/")[2], file, new_state)
        except requests.exceptions.Timeout as error:
            outcome = "timeout"
            raise TransientError("the server did not answer in time") from error
        except ValueError as error:  # requests' InvalidURL, and urllib3's LocationParseError
            outcome = "invalid_url"
            raise ProviderError("not a valid web address") from error
        except (requests.exceptions.RequestException, OSError) as error:
            if outcome == "cut":
                raise TransientError("the connection closed before the download ended") from error
            raise TransientError("the server could not be reached") from error
        finally:
            count_request(outcome, time.monotonic() - started)

    def _spool(self, response: requests.Response, deadline: float) -> IO[bytes]:
        """Reads the body into memory while it is small, into a temporary file beyond.

        `deadline` is in monotonic seconds. Raises `ProviderError` for a body that is too large and
        `TransientError` at the deadline.
        """
        file = tempfile.SpooledTemporaryFile(  # noqa: SIM115  the caller closes it
            max_size=_IN_MEMORY_BYTES
        )
        size = 0
        try:
            for chunk in response.iter_content(_CHUNK_BYTES):
                self._stop.check()
                size += len(chunk)
                if size > self._max_bytes:
                    raise ProviderError(self._too_large())
                if time.monotonic() > deadline:
                    raise TransientError(f"the download took longer than {DEADLINE_S:.0f} s")
                file.write(chunk)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def _too_large(self) -> str:
        return f"the {self._file_kind} is larger than {self._max_bytes:,} bytes"


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
    return None if "://" in address else Path(address).expanduser()


def file_address(folder: str, name: str) -> str:
    """Returns the address of a file in a folder, itself a web address, `file:` URL or path."""
    return f"{folder.rstrip('/')}/{name}"


def _bounded(value: str | None, longest: int) -> str | None:
    """Returns a header if it is short enough to be stored; without it the next request is not
    conditional."""
    return value if value is not None and len(value) <= longest else None


def _conditions(state: ListState) -> dict[str, str]:
    """Returns the headers of a conditional request (RFC 9110, section 13)."""
    headers = {}
    if state.etag:
        headers["If-None-Match"] = state.etag
    elif state.last_modified:
        headers["If-Modified-Since"] = state.last_modified
    return headers


def _outcome(status: int) -> str:
    return "not_modified" if status == 304 else "ok" if status == 200 else f"http_{status}"


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in (408, 425, 429) or status >= 500:
        header = response.headers.get("Retry-After", "")
        retry_after = float(header) if header.isascii() and header.isdigit() else None
        raise TransientError(f"the server answered HTTP {status}", retry_after)
    raise ProviderError(f"the server answered HTTP {status}")

"""Fetches one file of a list: from the web, asking "changed since?", or from this machine."""

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
from spock_core.sources.http.retry import NO_RETRY, RetryPolicy, ask

if TYPE_CHECKING:
    import requests

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
DEADLINE_S = 300.0
"""One download takes no longer in all, however steadily it drips."""
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Download:
    """A file as its provider gave it. Whoever gets it closes it."""

    name: str
    file: IO[bytes]
    state: ListState


class Downloads:
    """Fetches a provider's files. One object a run: it remembers that the provider is down."""

    def __init__(
        self,
        provider: str,
        what: str,
        most_bytes: int,
        policy: RetryPolicy,
        notify: Callable[[RequestMade | Retry], None],
        stop: Stop,
    ) -> None:
        """`provider`: as requests are counted; `what`: such a file in messages, `archive`."""
        self._provider = provider
        self._what = what
        self._most = most_bytes
        self._policy = policy
        self._down = False
        """Whether the last file was given up for an outage."""
        self._notify = notify
        self._stop = stop
        self._session: requests.Session | None = None

    def fetch(self, address: str, state: ListState, region: str) -> Download | None:
        """The file at a web address, a `file:` URL or a path; None where the server says that it
        is still as `state` names it. Retries count for `region`.

        Raises `ListError`, and `Stopped` when the run was asked to stop. After one file was given
        up for an outage, the next are asked once each, without retries, until one of them is
        answered: a dead provider costs seconds.
        """
        path = local_path(address)
        if path is not None:
            return self._read(path)
        shown = redact_url(address)
        try:
            found = ask(
                lambda: self._download(address, state),
                self._provider,
                NO_RETRY if self._down else self._policy,
                self._notify,
                self._stop,
                region,
            )
        except ProviderError as error:
            self._down = isinstance(error, TransientError)
            raise ListError(f"{shown}: {error}") from error
        self._down = False
        return found

    def _read(self, path: Path) -> Download:
        try:
            if path.stat().st_size > self._most:
                raise ListError(f"{path}: {self._too_large()}")
            if not path.is_file():
                raise ListError(f"{path}: this is no file")
            file = path.open("rb")
        except OSError as error:
            raise ListError(f"{path}: {error.strerror or error}") from error
        return Download(name=path.name, file=file, state=ListState())

    def _download(self, url: str, state: ListState) -> Download | None:
        import requests

        def made(outcome: str, seconds: float) -> None:
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
                for hop in response.history:
                    made(f"http_{hop.status_code}", 0.0)
                if response.status_code == requests.codes.not_modified:
                    if conditions:
                        return None
                    raise ProviderError("the server answered HTTP 304 and was not asked for that")
                _check_status(response)
                if "html" in response.headers.get("Content-Type", "").lower():
                    outcome = "html"
                    raise TransientError(
                        f"the server answered a web page instead of {self._article()}"
                    )
                outcome = "cut"
                file = self._spool(response, started + DEADLINE_S)
                outcome = "ok"
                headers = response.headers
                fresh = ListState(
                    _bounded(headers.get("ETag"), 200), _bounded(headers.get("Last-Modified"), 64)
                )
                return Download(unquote(urlsplit(url).path).rpartition("/")[2], file, fresh)
        except requests.exceptions.Timeout as error:
            outcome = "timeout"
            raise TransientError("the server did not answer in time") from error
        except ValueError as error:  # InvalidURL, and what urllib3 raises for its like
            outcome = "invalid_url"
            raise ProviderError("this is not a web address") from error
        except (requests.exceptions.RequestException, OSError) as error:
            if outcome == "cut":
                raise TransientError("the download was cut before its end") from error
            raise TransientError("the server could not be reached") from error
        finally:
            made(outcome, time.monotonic() - started)

    def _spool(self, response: requests.Response, deadline: float) -> IO[bytes]:
        """The body, in memory while it is small, on disk beyond; bounded in size and time."""
        file = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115  for the caller
        size = 0
        try:
            for chunk in response.iter_content(_CHUNK):
                self._stop.check()
                size += len(chunk)
                if size > self._most:
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
        return f"the {self._what} is larger than {self._most:,} bytes"

    def _article(self) -> str:
        return f"{'an' if self._what[0] in 'aeiou' else 'a'} {self._what}"


def local_path(address: str) -> Path | None:
    """The file or folder that a path or `file:` URL names; None for a web address.

    Raises `ListError` for an address that is none, or that names a file of another machine.
    """
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise ListError(f"{redact_url(address)}: this is not an address") from error
    if parts.scheme.lower() == "file":
        if parts.netloc not in ("", "localhost"):
            raise ListError(
                f"{redact_url(address)}: a file: URL of another machine; write file:///path"
            )
        return Path(unquote(parts.path))
    return None if "://" in address else Path(address).expanduser()


def within(folder: str, name: str) -> str:
    """The address of a file in a folder that is a web address, a `file:` URL or a path."""
    return f"{folder.rstrip('/')}/{name}"


def _bounded(value: str | None, longest: int) -> str | None:
    """A header that is short enough to be kept; without it, the list is just sent again."""
    return value if value is not None and len(value) <= longest else None


def _conditions(state: ListState) -> dict[str, str]:
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
        wait = response.headers.get("Retry-After", "")
        retry_after = float(wait) if wait.isascii() and wait.isdigit() else None
        raise TransientError(f"the server answered HTTP {status}", retry_after)
    raise ProviderError(f"the server answered HTTP {status}")

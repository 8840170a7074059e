"""The public master files of KIS: one zip archive a list, from the web or from a folder."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from spock_core.context import Tell
from spock_core.domain import ListState
from spock_core.errors import ListError, ProviderError, TransientError
from spock_core.events import RequestMade
from spock_core.limits.retry import NO_RETRY, RetryPolicy, ask
from spock_core.secrets import hide_password
from spock_core.stop import Stop

if TYPE_CHECKING:
    import requests

PROVIDER = "kis"

MAX_ARCHIVE_BYTES = 64 * 1024 * 1024
"""The largest real archive has 0.2 MB; a list of a million stocks has 40 MB."""
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
DEADLINE_S = 300.0
"""One download takes no longer in all, however steadily it drips."""
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive as the provider gave it. Whoever gets it closes its file."""

    name: str
    file: IO[bytes]
    state: ListState


class MasterFiles:
    """Fetches master files. One object a run: it remembers that the provider is down."""

    def __init__(self, base: str, policy: RetryPolicy, stop: Stop) -> None:
        self._base = base.rstrip("/")
        self._shown = hide_password(self._base)
        self._folder = local_folder(base)
        self._policy = policy
        self._stop = stop
        self._session: requests.Session | None = None

    def fetch(self, kis_code: str, state: ListState, tell: Tell) -> Archive | None:
        """The archive of a list, or None where the server says it is still as `state` names it.

        Raises `ListError`, and `Stopped` when the run was asked to stop. After one list was given
        up for an outage, the next are asked once each, without retries, until one of them is
        answered: a dead provider costs seconds.
        """
        name = f"{kis_code.lower()}mst.cod.zip"
        if self._folder is not None:
            return self._read(self._folder / name)
        url, shown = f"{self._base}/{name}", f"{self._shown}/{name}"
        try:
            archive = ask(
                lambda: self._download(url, name, state, tell),
                PROVIDER,
                self._policy,
                lambda event: tell("spock_retry", {"event": event}),
                self._stop,
            )
        except TransientError as error:
            self._policy = NO_RETRY
            raise ListError(f"{shown}: {error}") from error
        except ProviderError as error:
            raise ListError(f"{shown}: {error}") from error
        return archive

    def _read(self, path: Path) -> Archive:
        try:
            if path.stat().st_size > MAX_ARCHIVE_BYTES:
                raise ListError(f"{path}: the archive is larger than {MAX_ARCHIVE_BYTES:,} bytes")
            file = path.open("rb")
        except OSError as error:
            raise ListError(f"{path}: {error.strerror or error}") from error
        return Archive(name=path.name, file=file, state=ListState())

    def _download(self, url: str, name: str, state: ListState, tell: Tell) -> Archive | None:
        import requests

        def made(outcome: str, seconds: float) -> None:
            tell("spock_request_made", {"event": RequestMade(PROVIDER, outcome, seconds)})

        self._stop.check()
        if self._session is None:
            self._session = requests.Session()
        started = time.monotonic()
        outcome = "connection"
        try:
            with self._session.get(
                url,
                headers=_conditions(state),
                timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                stream=True,
            ) as response:
                outcome = _outcome(response.status_code)
                for hop in response.history:
                    made(f"http_{hop.status_code}", 0.0)
                if response.status_code == requests.codes.not_modified:
                    return None
                _check_status(response)
                if "html" in response.headers.get("Content-Type", "").lower():
                    outcome = "html"
                    raise TransientError("the server answered a web page instead of an archive")
                outcome = "cut"
                file = _spool(response, started + DEADLINE_S, self._stop)
                outcome = "ok"
                headers = response.headers
                fresh = ListState(
                    _bounded(headers.get("ETag"), 200), _bounded(headers.get("Last-Modified"), 64)
                )
                return Archive(name, file, fresh)
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


def local_folder(base: str) -> Path | None:
    """The folder that a path or `file:` URL names; None for a web address."""
    parts = urlsplit(base)
    if parts.scheme.lower() == "file":
        return Path(unquote(parts.path))
    return None if "://" in base else Path(base).expanduser()


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


def _spool(response: requests.Response, deadline: float, stop: Stop) -> IO[bytes]:
    """The body, in memory while it is small and on disk beyond that; bounded in size and time."""
    file = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115  given to the caller
    size = 0
    try:
        for chunk in response.iter_content(_CHUNK):
            stop.check()
            size += len(chunk)
            if size > MAX_ARCHIVE_BYTES:
                raise ProviderError(f"the archive is larger than {MAX_ARCHIVE_BYTES:,} bytes")
            if time.monotonic() > deadline:
                raise TransientError(f"the download took longer than {DEADLINE_S:.0f} s")
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file

"""Sends one request with urllib3, within a number of seconds and of bytes.

urllib3's time-outs bound the wait for the next byte, so a server that sends a byte a second is
never too slow for them. Each request is therefore made in a thread of its own, which is left behind
at its deadline: that holds for names that are not resolved, for headers and for bodies alike.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any, NamedTuple, Protocol

import requests
from requests.adapters import HTTPAdapter

from spock_core.domain.errors import TransientError
from spock_core.sources.http.answers import Answer
from spock_core.sources.http.body import Body, TooLarge

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
"""Longest silence of a server."""
_CHUNK_BYTES = 64 * 1024


class Limits(NamedTuple):
    """The bounds of one request."""

    seconds: float
    """From the first look-up of its host to the last byte of its response."""
    max_bytes: int
    """Of its unpacked body."""


class Transport(Protocol):
    """Sends single requests; redirects and cookies are the session's."""

    def send(self, request: requests.PreparedRequest, limits: Limits, **options: Any) -> Answer:
        """Returns the complete response. `options` are requests' `verify`, `cert` and `proxies`.

        Raises `TransientError` if none came within the limits, and `TooLarge`.
        """

    def close(self) -> None:
        """Closes all connections."""


class _Adapter(HTTPAdapter):
    """Leaves cookies to the session, which reads them from the headers that were looked at."""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """See `HTTPAdapter`."""
        original = getattr(resp, "_original_response", None)
        if original is not None:
            del original.msg["Set-Cookie"]
        return super().build_response(req, resp)


class PlainTransport:
    """Sends requests as requests does. Thread-safe."""

    def __init__(self) -> None:
        self._adapter = _Adapter()

    def send(self, request: requests.PreparedRequest, limits: Limits, **options: Any) -> Answer:
        """See `Transport`."""
        return _Transfer(self._adapter, request, limits, options).run()

    def close(self) -> None:
        """See `Transport`."""
        self._adapter.close()


class _Transfer:
    """One request on its way."""

    def __init__(
        self,
        adapter: HTTPAdapter,
        request: requests.PreparedRequest,
        limits: Limits,
        options: dict[str, Any],
    ) -> None:
        self._adapter = adapter
        self._request = request
        self._limits = limits
        self._options = options
        self._wire: Any = None
        """urllib3's response, from the end of the headers on."""
        self._ended: Future[Answer] = Future()

    def run(self) -> Answer:
        thread = threading.Thread(target=self._work, name="spock-request", daemon=True)
        thread.start()
        try:
            return self._ended.result(self._limits.seconds)
        except TimeoutError:
            pass
        if self._wire is not None:
            self._wire.shutdown()  # ends the thread, which waits for more of the body
        raise too_slow(self._limits.seconds)

    def _work(self) -> None:
        try:
            self._ended.set_result(self._response())
        except TooLarge as error:
            self._ended.set_exception(error)
        except Exception as error:
            self._ended.set_exception(_failure(error, begun=self._wire is not None))

    def _response(self) -> Answer:
        seconds = self._limits.seconds
        timeout = min(CONNECT_TIMEOUT_S, seconds), min(READ_TIMEOUT_S, seconds)
        sent = self._adapter.send(self._request, stream=True, timeout=timeout, **self._options)
        self._wire = sent.raw
        body = Body(self._limits.max_bytes)
        try:
            for chunk in sent.iter_content(_CHUNK_BYTES):
                body.add(chunk)
        except BaseException:
            body.close()
            raise
        finally:
            sent.close()
        return body.response(self._request, sent.status_code, sent.raw.headers)


def too_slow(seconds: float) -> TransientError:
    """Returns the error for a response that was not complete at its deadline."""
    return TransientError(f"no complete answer within {seconds:.0f} s", outcome="timeout")


def _failure(error: Exception, *, begun: bool) -> TransientError:
    """Returns what an error of requests means, without the error, which holds the response.

    `begun`: whether the headers of the response had come.
    """
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return TransientError("an answer that cannot be unpacked", outcome="unreadable")
    if begun:
        reason = "the connection closed before the download ended"
        return TransientError(reason, outcome="cut")
    if isinstance(error, requests.exceptions.Timeout):
        return TransientError("the server did not answer in time", outcome="timeout")
    return TransientError("the server could not be reached", outcome="connection")

"""Sends one request with curl_cffi, in a browser's guise, within a number of seconds and of bytes.

libcurl bounds the whole request by itself, and hands over the body in small parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from curl_cffi import requests as curl
from curl_cffi.const import CurlECode
from requests.utils import select_proxy
from urllib3 import HTTPHeaderDict

from spock_core.domain.errors import TransientError
from spock_core.sources.http.answers import Answer
from spock_core.sources.http.body import Body
from spock_core.sources.http.transport import Limits, too_slow

_OWN_HEADERS = ("cookie", "content-length")
"""Headers of requests that curl_cffi writes by itself."""
_CUT = (CurlECode.PARTIAL_FILE, CurlECode.RECV_ERROR, CurlECode.GOT_NOTHING)


class CurlTransport:
    """Sends requests as yfinance's default session does. Thread-safe."""

    def __init__(self) -> None:
        # redirects, cookies and proxies are those of the session above
        self.session: curl.Session[Any] = curl.Session(
            impersonate="chrome", trust_env=False, discard_cookies=True, allow_redirects=False
        )

    def send(
        self,
        request: requests.PreparedRequest,
        limits: Limits,
        proxies: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        """Returns the complete response. Raises `TransientError` and `TooLarge`."""
        url = str(request.url)
        body = Body(limits.max_bytes)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _OWN_HEADERS}
        pairs = request.headers.get("Cookie", "").split("; ")
        try:
            answer = self.session.request(
                request.method,  # type: ignore[arg-type]
                url,
                data=request.body,
                headers=headers,
                cookies=dict(pair.split("=", 1) for pair in pairs if "=" in pair),
                timeout=limits.seconds,
                content_callback=body.add,
                proxy=select_proxy(url, proxies),
                quote=False,
                **options,
            )
        except curl.exceptions.RequestException as error:
            failure = _failure(error.code, limits)
        except BaseException:
            body.close()
            raise
        else:
            pairs_of = HTTPHeaderDict()
            for name, value in answer.headers.multi_items():
                pairs_of.add(name, value or "")
            return body.response(request, answer.status_code, pairs_of)
        body.close()
        raise failure

    def close(self) -> None:
        """Closes all connections."""
        self.session.close()


def _failure(code: int, limits: Limits) -> TransientError:
    """Returns what an error of libcurl means, without the error, which holds the response."""
    if code == CurlECode.OPERATION_TIMEDOUT:
        return too_slow(limits.seconds)
    if code == CurlECode.BAD_CONTENT_ENCODING:
        return TransientError("an answer that cannot be unpacked", outcome="unreadable")
    if code in _CUT:
        reason = "the connection closed before the download ended"
        return TransientError(reason, outcome="cut")
    return TransientError("the server could not be reached", outcome="connection")

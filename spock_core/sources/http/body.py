"""The body of a response: bounded while it comes, in memory while it is small."""

from __future__ import annotations

import tempfile
from http.client import HTTPMessage
from types import SimpleNamespace
from typing import Any

import requests
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict

from spock_core.sources.http.answers import Answer
from spock_core.sources.http.cookies import sound_cookies

_IN_MEMORY_BYTES = 1024 * 1024


class TooLarge(Exception):
    """A body is larger than its bound."""


class Body(tempfile.SpooledTemporaryFile[bytes]):
    """What has come of a body, unpacked. It takes the place of urllib3's response under requests,
    which reads cookies from it."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_size=_IN_MEMORY_BYTES)
        self._left = max_bytes
        self._original_response: Any = None

    def __del__(self) -> None:
        """Closes the file of a response that nobody read to its end, such as a redirect."""
        self.close()

    def add(self, chunk: bytes) -> int:
        """Appends a part, and returns its length. Raises `TooLarge`."""
        self._left -= len(chunk)
        if self._left < 0:
            raise TooLarge
        self.write(chunk)
        return len(chunk)

    def response(
        self,
        request: requests.PreparedRequest,
        status: int,
        headers: HTTPHeaderDict,
    ) -> Answer:
        """Returns the response that has this body, to be read from its beginning."""
        self.seek(0)
        headers = sound_cookies(headers)
        message = HTTPMessage()
        for name, value in headers.iteritems():
            message[name] = value
        self._original_response = SimpleNamespace(msg=message)
        response = Answer()
        response.request = request
        response.url = str(request.url)
        response.status_code = status
        response.headers = CaseInsensitiveDict(headers)
        response.encoding = get_encoding_from_headers(response.headers)
        response.raw = self
        return response

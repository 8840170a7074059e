"""What every answer must be before its provider's own decoder sees it: whole, and no web page."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import requests

from spock_core.sources.documents import parse_json

_HEAD_BYTES = 256
_THROTTLED = b"too many requests"
"""A message that servers also send with status 200."""
_PAGE_STARTS = (b"<!doctype", b"<html", b"<head", b"<body", b"<script")


class Answer(requests.Response):
    """A response whose body has come completely, within its bounds."""

    @property
    def looks_like_a_page(self) -> bool:
        """Whether this is a web page, by its type or, sent under another type, by its beginning."""
        media_type = self.headers.get("Content-Type", "").lower()
        return "html" in media_type or self._head().lstrip().startswith(_PAGE_STARTS)

    @property
    def is_throttling(self) -> bool:
        """Whether the server asks for fewer requests, with HTTP 429 or with its words alone."""
        return self.status_code == 429 or self._head().strip().strip(b'."!').endswith(_THROTTLED)

    def _head(self) -> bytes:
        """The beginning of the body, in lower case."""
        head: bytes = self.raw.read(_HEAD_BYTES)
        self.raw.seek(0)
        return head.lower()

    @cached_property
    def document(self) -> Any:
        """The JSON document. Raises `Unreadable` if the body is no JSON, or beyond bounds."""
        return parse_json(self.content)

    def json(self, **options: Any) -> Any:
        """Returns `document`, under the name that requests has for it."""
        return self.document

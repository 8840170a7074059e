"""HTTP requests and responses, as the sandbox's sites handle them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request."""

    method: str
    host: str
    target: str
    """Path and query."""
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, percent-decoded."""
        return unquote(urlsplit(self.target).path)

    def query(self, name: str) -> str:
        """Returns the first value of a query parameter, or empty text if it is missing."""
        return parse_qs(urlsplit(self.target).query).get(name, [""])[0]


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response."""

    status: int
    content: bytes = b""
    media_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    """The values of its `Set-Cookie` headers."""
    cut: bool = False
    """Close the connection half-way through the content."""


NOT_FOUND = Response(404, b"not found\n")
WEB_PAGE = Response(200, b"<!DOCTYPE html><html><title>Maintenance</title></html>\n", "text/html")


def json_response(value: Any, status: int = 200) -> Response:
    """Returns a response with a value as JSON."""
    return Response(status, json.dumps(value).encode(), "application/json")

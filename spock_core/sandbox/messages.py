"""A request and an answer, as the sandbox's sites see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked."""

    method: str
    host: str
    target: str
    """Path and query."""
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(urlsplit(self.target).path)

    def query(self, name: str) -> str:
        """A value of the query; empty where it has none."""
        return parse_qs(urlsplit(self.target).query).get(name, [""])[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sandbox answers."""

    status: int
    content: bytes = b""
    kind: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    """Close the connection half-way through the content."""


NOT_FOUND = Answer(404, b"not found\n")
WEB_PAGE = Answer(200, b"<!DOCTYPE html><html><title>Maintenance</title></html>\n", "text/html")


def json_answer(value: Any, status: int = 200) -> Answer:
    """A value as JSON."""
    return Answer(status, json.dumps(value).encode(), "application/json")

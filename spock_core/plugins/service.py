"""A provider of a plugin's query sources in the sandbox: a function that answers its requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class ServiceRequest(NamedTuple):
    """A request to a provider, as its query source made it."""

    method: str
    """`GET` or `POST`."""
    path: str
    """The path below the provider's address, with its first slash."""
    query: Mapping[str, str]
    """The parameters of the address, each with its first value."""
    document: Any
    """The JSON document in the body; None if there is none."""
    headers: Mapping[str, str]
    """By name in small letters."""


@dataclass(frozen=True, slots=True)
class MadeUpService:
    """What the sandbox needs to stand in for a provider."""

    setting: str
    """The setting that redirects the provider's query sources: `openfigi_url`. Runs with
    `--sandbox` give it an address of the sandbox."""
    answer: Callable[[ServiceRequest], Any]
    """Returns the JSON document for a request, or None for HTTP 404. It is called from several
    threads, and must give the same document for the same request."""

"""What values of settings may look like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode


def _words(value: Any) -> Any:
    """`US,JP`, `US JP` and `["US", "JP"]` are the same."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list | tuple):
        return tuple(w for text in value for w in str(text).replace(",", " ").split())
    return value


def _upper(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.upper() for word in value)


def _lower_but_all(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("ALL" if word.upper() == "ALL" else word.lower() for word in value)


def address(value: str) -> str:
    """A web address, a `file:` URL or a folder. Raises `ValueError`."""
    scheme = value.partition("://")[0].lower() if "://" in value else ""
    if not scheme:
        if not Path(value).expanduser().is_dir():
            raise ValueError("there is no such folder")
    elif scheme == "file":
        if not value[7:].startswith("/"):
            raise ValueError("a file address must name a folder of this machine: file:///folder")
    elif scheme in ("http", "https"):
        web_address(value)
    else:
        raise ValueError("must be an http, https or file address, or a folder")
    return value


def web_address(value: str) -> str:
    """An http or https address without query. Raises `ValueError`."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        parts.port  # noqa: B018  raises for a port that is none
    except ValueError as error:
        raise ValueError("this is not a web address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("must be an http or https address")
    if not all(0 < len(label) < 64 for label in host.split(".")):
        raise ValueError("this is not a web address")
    if parts.query or parts.fragment:
        raise ValueError("must have no query: names of files and pages are put behind it")
    return value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words), Field(min_length=1)]
Codes = Annotated[Words, AfterValidator(_upper)]
Names = Annotated[Words, AfterValidator(_lower_but_all)]
Address = Annotated[str, AfterValidator(address)]
WebAddress = Annotated[str, AfterValidator(web_address)]

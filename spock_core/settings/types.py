"""The types of settings that pydantic does not have, with their validation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field


def _words(value: Any) -> Any:
    """Splits text at commas and spaces: `US,JP`, `US JP` and `["US", "JP"]` are the same.

    Quotes around it are removed: a shell needs them in a file that `docker --env-file` reads as it
    is.
    """
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list | tuple | set | frozenset):
        unquoted = " ".join(str(text).strip().strip("\"'") for text in value)
        return tuple(unquoted.replace(",", " ").split())
    return value


def _upper(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.upper() for word in value)


def _lower_but_all(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("ALL" if word.upper() == "ALL" else word.lower() for word in value)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


def address(value: str) -> str:
    """Returns the value if it is a web address, a `file:` URL or an existing folder.

    Raises `ValueError` if it is not.
    """
    scheme = value.partition("://")[0].lower() if "://" in value else ""
    if not scheme:
        try:
            found = Path(value).expanduser().is_dir()
        except OSError as error:  # not every folder on the way may be entered
            raise ValueError(error.strerror or str(error)) from error
        except RuntimeError as error:
            raise ValueError("there is no such user") from error
        if not found:
            raise ValueError("there is no such folder")
    elif scheme == "file":
        if not value.partition("://")[2].startswith("/"):
            raise ValueError("a file: URL must name a folder on this machine: file:///folder")
    elif scheme in ("http", "https"):
        web_address(value)
    else:
        raise ValueError("must be an http or https address, a file: URL or a folder")
    return value


def web_address(value: str) -> str:
    """Returns the value if it is an http or https address without query or fragment.

    Raises `ValueError` if it is not.
    """
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        parts.port  # noqa: B018  raises for an invalid port
    except ValueError as error:
        raise ValueError("not a valid web address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("must be an http or https address")
    if not all(0 < len(label) < 64 for label in host.split(".")):
        raise ValueError("not a valid web address")
    if parts.query or parts.fragment:
        raise ValueError("must have no query or fragment: a path is appended to it")
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_words), Field(min_length=1)]
Codes = Annotated[Words, AfterValidator(_upper)]
Names = Annotated[Words, AfterValidator(_lower_but_all)]
Address = Annotated[str, BeforeValidator(_text), AfterValidator(address)]
WebAddress = Annotated[str, AfterValidator(web_address)]
Seconds = Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)]
Budget = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""Of questions a day."""

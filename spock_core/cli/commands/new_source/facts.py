"""The facts of a new source, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from spock_core.cli.packages.asking import Answers, Ask
from spock_core.cli.packages.facts import region_of, text_of
from spock_core.domain.errors import UsageError

LOCAL, TABLE, QUERY = "local", "table", "query"
KINDS = {
    LOCAL: "reads the listings themselves and makes no requests",
    TABLE: "downloads a table that somebody publishes for a whole market",
    QUERY: "asks a web service about stocks, a few in a request",
}
"""The kinds of sources: what each does."""
LONGEST_ADDRESS = 60
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME = 24


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """All facts that the files of the package contain."""

    name: str
    """Its name in `--sources`, and its provider's."""
    kind: str
    regions: tuple[str, ...]
    """Empty for all."""
    address: str
    """The web address of its table, or of its web service; empty for a local source."""
    author: str

    @property
    def distribution(self) -> str:
        """The name of the distribution."""
        return f"spock-{self.name}"

    @property
    def word(self) -> str:
        """The name with underscores, for settings and modules."""
        return self.name.replace("-", "_")

    @property
    def module(self) -> str:
        """The name of the Python package."""
        return f"spock_{self.word}"

    @property
    def class_name(self) -> str:
        """The name of the source's class."""
        return "".join(part.capitalize() for part in self.name.split("-"))

    @property
    def entry(self) -> str:
        """The name of its entry point."""
        return self.name

    @property
    def summary(self) -> str:
        """What the package brings, in a line."""
        where = f" in {', '.join(self.regions)}" if self.regions else ""
        return f"Spock's source {self.name}: sectors of stocks{where}."


def gather(given: Mapping[str, Any], ask: Ask | None) -> SourceFacts:
    """Returns the facts from the flags in `given`; asks for missing ones unless `ask` is None.

    Raises `UsageError` for the first fact that is wrong or missing.
    """
    answer = Answers(ask)
    name = name_of(given["name"])
    kinds = ", ".join(f"{kind}: {text}" for kind, text in KINDS.items())
    kind = answer(given["kind"], f"Kind ({kinds})", None)
    if kind not in KINDS:
        raise UsageError(f"--kind {kind!r}: choose from {', '.join(KINDS)}")
    regions = answer(" ".join(given["regions"] or ()) or None, "Regions (none for all)", "")
    address = given["address"]
    if kind == LOCAL:
        if address is not None:
            raise UsageError("--address: a local source makes no requests")
    else:
        path = f"{name}.csv" if kind == TABLE else ""
        default = f"https://{name}.example/{path}".rstrip("/")
        address = answer(address, "Address of its table or service", default)
    author = answer(given["author"], "Author", "")
    return SourceFacts(
        name=name,
        kind=kind,
        regions=tuple(dict.fromkeys(map(region_of, regions.replace(",", " ").split()))),
        address=address_of(address) if address is not None else "",
        author=text_of("--author", author) if author else "",
    )


def name_of(text: str) -> str:
    """Returns the name of a source. Raises `UsageError` if it cannot be one."""
    if not _NAME.fullmatch(text) or len(text) > _LONGEST_NAME:
        raise UsageError(
            f"{text[:_LONGEST_NAME]!r} is no name of a source: give up to {_LONGEST_NAME} small "
            "letters, digits and hyphens, as my-bourse"
        )
    return text


def address_of(text: str) -> str:
    """Returns a web address without a slash at its end. Raises `UsageError` if it is none."""
    try:
        parts = urlsplit(text)
        valid = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        valid = False
    if not valid or not text.isascii():
        raise UsageError(f"--address {text[:LONGEST_ADDRESS]!r}: give a web address, https://…")
    return text_of("--address", text.rstrip("/"), LONGEST_ADDRESS)

"""A source that a contract asks as a run asks it: what a run would report fails the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.domain.errors import ListError
from spock_core.domain.source import Source
from spock_core.domain.tables import Table, TableFile, TableRow
from spock_core.plugins.checking.query import CheckedQuerySource, checked_query
from spock_core.plugins.contributions import owners_of_sources, sources_of
from spock_core.plugins.registry import BUILT_IN, Plugins
from spock_core.testing.failures import fail, location_of

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
"""When the source is asked: a source has no clock of its own."""
_ADVICE = {
    "observe": "yield one Observation, of one-line text, for a listing that it knows and none for "
    "any other",
    "claim": "return a Claim with a GICS code and one-line texts of up to 1,000 characters, or "
    "None, for any words",
    "files": "return a tuple of TableFile, or () for a market of which it knows nothing",
    "rows": "yield a TableRow of one-line texts for each row that says something, and none for any "
    "other",
    "site": "return a Site with addresses, a rate above 0 and the base that its setting gives",
    "symbol": "return a line of up to 64 characters for every stock, empty for one that cannot be "
    "asked about",
    "ask": "return Said by symbol with one-line texts of up to 1,000 characters, and raise "
    "Unreadable where the document has another form: match statements read it safely",
    "ask_group": "return a GroupPage of Member with symbols of up to 64 characters, and raise "
    "Unreadable where the document has another form: match statements read it safely",
    "present": "return a frozenset of those symbols that the provider knows, and raise Unreadable "
    "where the document has another form",
    "groups": "return a mapping of names to shares from 0 to 1",
    "words": "return words of one line for a group, or None for one that the provider lacks",
    "venues": "return a tuple of the provider's codes, without spaces; () for an unknown exchange",
}
"""What to change by method."""


class AskedSource:
    """One installed source, with the checks of its answers that a run makes."""

    def __init__(self, plugins: Plugins, name: str) -> None:
        self.name = name
        self.plugins = plugins
        self._checked: Any = sources_of(plugins)[name]
        self.raw: Any = raw_source(plugins, name)
        """The source as its plugin brings it."""

    def observe(self, market: Market, listings: Sequence[Listing], about: str) -> list[Observation]:
        """Returns the observations of listings; `about` says for messages which these are."""
        said = list(self._checked.observe(market, listings, NOW))
        self.check("observe", about)
        return said

    def claim(self, words: Mapping[str, str], market: Market) -> Claim | None:
        """Returns what words mean."""
        observation = Observation(market.region, "AAAA", self.name, words, NOW)
        claim: Claim | None = self._checked.claim(observation, market)
        self.check("claim", f"for the words {shown(words)}")
        return claim

    def files(self, market: Market) -> tuple[TableFile, ...]:
        """Returns the files for a market."""
        try:
            return tuple(self._checked.files(market))
        except ListError:
            self._refuse("files", f"for {market.region}")

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing], about: str
    ) -> list[TableRow]:
        """Returns what tables say; `about` says for messages which these are."""
        try:
            return list(self._checked.rows(market, tables, listings))
        except ListError:
            self._refuse("rows", about)

    def _refuse(self, method: str, about: str) -> NoReturn:
        self.check(method, about)
        fail(f"{method} of source {self.name} failed {about}", self.advice(method))

    @property
    def owner(self) -> str:
        """The key of the plugin that brings it."""
        return owners_of_sources(self.plugins)[self.name]

    @property
    def query(self) -> CheckedQuerySource:
        """The source as a query source, whose answers are checked whoever brings it."""
        return checked_query(self.raw, self.owner, self.plugins)

    @property
    def is_built_in(self) -> bool:
        """Whether core brings it, and the sandbox keeps its provider's limits."""
        return self.owner in BUILT_IN

    def check(self, method: str, about: str) -> None:
        """Fails the test for the first fault that was reported."""
        for reason in self.plugins.faults.values():
            fail(f"{method} of source {self.name}: {reason}, {about}", self.advice(method))

    def advice(self, method: str) -> str:
        """Returns what to change in a method, and where it is."""
        return f"{_ADVICE[method]}: {location_of(getattr(self.raw, method))}"


def raw_source(plugins: Plugins, name: str) -> Source:
    """Returns a source as its plugin brings it. Raises `StopIteration` if none does."""
    found: Source = next(
        one
        for _, answers in plugins.each("spock_sources")
        for sources in answers
        for one in sources
        if one.name == name
    )
    return found


def shown(words: Mapping[str, str]) -> str:
    """Returns words in a short form, for messages."""
    return ascii({key: text if len(text) <= 60 else f"{text[:40]}…" for key, text in words.items()})

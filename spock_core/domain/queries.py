"""The interface of query sources, which are asked questions that each cost a request or more.

There are two kinds. One is asked of stocks by their symbols, a few in a request. The other is asked
of groups, such as an industry, and answers with all stocks of a group, many in a request. Spock
plans which questions are cheapest, keeps to the provider's rate, tells an outage from an answer,
remembers what was unknown, and stores what was said; a source says how to ask and how to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from typing_extensions import Protocol, runtime_checkable  # see `source`

from spock_core.domain.evidence import Observation
from spock_core.domain.listing import Listing, SecurityType
from spock_core.domain.market import Exchange, Market
from spock_core.domain.source import Source
from spock_core.domain.stock import AskableStock
from spock_core.domain.tables import SourceTerms


@dataclass(frozen=True, slots=True)
class Site:
    """Where a provider answers, and what it may be asked."""

    addresses: tuple[str, ...]
    """Web addresses of its own: `https://*.example.com`. No request and no redirect goes
    elsewhere."""
    rate: float
    """Requests a second at most, over all workers."""
    base: str | None = None
    """An address that takes the place of all others, for a test server or a mirror."""
    budget: int | None = None
    """Stocks that may be asked about one by one in a day (UTC); None for any number."""
    seconds: float = 30.0
    """Longest time for one request."""
    max_bytes: int = 8 * 1024 * 1024
    """Largest body of one answer."""
    anywhere: bool = False
    """Whether it may be asked from another process or machine. A source that needs a key may not:
    keys stay in the process of the run."""


class Said(NamedTuple):
    """What a provider says of one stock."""

    words: Mapping[str, str] = MappingProxyType({})
    """Its own values by name, which become the words of an `Observation`; none if it knows the
    stock and has nothing to say of it."""
    name: str = ""
    """The name by which it knows the stock, so that a symbol which passed to another company shows;
    empty if it tells none."""
    identifiers: Mapping[str, str] = MappingProxyType({})
    """Identifiers of the stock or its issuer by scheme: `{"ISIN": "US0378331005"}`."""


class Member(NamedTuple):
    """A stock of a group."""

    symbol: str
    name: str
    """As in `Said`."""


class GroupPage(NamedTuple):
    """Stocks of a group: one page of them, or all."""

    members: tuple[Member, ...]
    total: int
    """Stocks in the whole group by the provider's count."""
    drifted: bool = False
    """Whether the pages do not add up to the total, so that stocks are missing: the group kept
    changing while they were read, or a page was hollow."""
    dropped: int = 0
    """Stocks that could not be read; `total` counts them."""

    @property
    def complete(self) -> bool:
        """Whether all stocks that the provider counts are here, but for unreadable ones."""
        return not self.drifted and len(self.members) + self.dropped == self.total


@runtime_checkable
class QuerySource(Source, Protocol):
    """What both kinds of query sources state. Sources of one provider share its client, its rate
    and its circuit breaker; one of each kind may complete each other."""

    @property
    def about(self) -> SourceTerms:
        """What it says of itself. Where it can tell a sector, a stock that could not be asked about
        counts as failed; an outage of any other source is a warning."""

    @property
    def kinds(self) -> tuple[SecurityType, ...]:
        """The kinds of stocks that it is asked about; empty for all."""
        return ()

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Returns nothing: all that it observes it is asked for."""
        return ()

    def site(self, settings: Any) -> Site:
        """Returns where its provider answers with these settings of a run, plugins' own included:
        `settings.example_url`."""

    def judge(self) -> Any:
        """Returns what the provider's responses mean, a `spock_core.sources.http.judge.Judge`; None
        if its answers are JSON documents."""
        return None

    def open(self, gate: Any, site: Site, settings: Any) -> AbstractContextManager[Any] | None:
        """Returns the client that is passed to its methods, to be used in a `with` statement and
        from several threads; None for Spock's own, a `WebService`.

        All requests must go through `gate`. `settings` is None in another process, see
        `Site.anywhere`.
        """
        return None

    def symbol(self, stock: AskableStock) -> str:
        """Returns the text by which it knows a stock, up to 64 characters, or empty text if it
        cannot be asked about this one. Must be pure."""


@runtime_checkable
class StockQuerySource(QuerySource, Protocol):
    """A source that is asked about stocks."""

    @property
    def most_symbols(self) -> int:
        """Stocks that one request asks about at most."""

    def ask(self, client: Any, symbols: Sequence[str]) -> Mapping[str, Said]:
        """Asks about up to `most_symbols` symbols in one request, and returns what is said by
        symbol. Symbols that the provider does not know are left out.

        Raises `ProviderError` if there is no answer, or `UnknownSymbol` for a single one.
        """


@runtime_checkable
class PresenceQuery(Protocol):
    """What a `StockQuerySource` may have besides: a cheaper question which symbols are known."""

    @property
    def presence_name(self) -> str:
        """Under which name these requests are planned."""

    @property
    def most_present(self) -> int:
        """Symbols that one request asks about at most."""

    def present(self, client: Any, symbols: Sequence[str]) -> frozenset[str]:
        """Returns which of these symbols the provider knows; makes one request."""


@runtime_checkable
class GroupQuerySource(QuerySource, Protocol):
    """A source that is asked about groups of stocks."""

    @property
    def page_size(self) -> int:
        """Stocks that one request answers for."""

    @property
    def group_word(self) -> str:
        """The key of a group's name among the words of its observations, and of those of the
        `StockQuerySource` of the same provider."""

    @property
    def lists(self) -> str:
        """The `Market.listed_by` of markets whose lists its provider gives; empty for none."""
        return ""

    def groups(self) -> Mapping[str, float]:
        """Returns the names of its groups, each with the share of all stocks that are usually in
        it: 0 if nobody has counted."""

    def words(self, group: str) -> Mapping[str, str] | None:
        """Returns what membership in a group says, as the words of an `Observation`; None for a
        group that it does not have."""

    def venues(self, exchange: Exchange) -> tuple[str, ...]:
        """Returns the provider's codes of an exchange; none if it does not have it."""

    def ask_group(self, client: Any, group: str, venues: Sequence[str], offset: int) -> GroupPage:
        """Asks for a page of a group's stocks at these venues, sorted by symbol, from `offset` on;
        makes one request. Raises `ProviderError` if there is no answer."""


class Provider(NamedTuple):
    """The query sources of one provider that a run asks."""

    name: str
    groups: GroupQuerySource | None = None
    singles: StockQuerySource | None = None

    @property
    def any(self) -> QuerySource:
        """One of them: what they state of their provider is the same."""
        source = self.groups or self.singles
        assert source is not None  # noqa: S101  a provider without sources is not asked
        return source

    @property
    def groups_name(self) -> str:
        """The name of the source that is asked of groups; empty if there is none."""
        return self.groups.name if self.groups is not None else ""

    @property
    def singles_name(self) -> str:
        """The name of the source that is asked of stocks; empty if there is none."""
        return self.singles.name if self.singles is not None else ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of both, or of the one that there is."""
        return tuple(name for name in (self.groups_name, self.singles_name) if name)

    @property
    def tells(self) -> frozenset[str]:
        """What they can tell."""
        sources = (self.groups, self.singles)
        return frozenset(word for one in sources if one is not None for word in one.about.tells)


def providers_of(sources: Iterable[Source]) -> list[Provider]:
    """Returns the query sources among these by provider; of several of one kind and provider, the
    first counts."""
    found: dict[str, Provider] = {}
    for source in sources:
        if not isinstance(source, QuerySource):
            continue
        provider = found.setdefault(source.about.provider, Provider(source.about.provider))
        if isinstance(source, GroupQuerySource) and provider.groups is None:
            provider = provider._replace(groups=source)
        if isinstance(source, StockQuerySource) and provider.singles is None:
            provider = provider._replace(singles=source)
        found[provider.name] = provider
    return list(found.values())

"""Checks what a third party's query source returns, and refuses what is invalid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from spock_core.domain.bounds import LONGEST_NAME
from spock_core.domain.errors import ProviderError, SpockError, Unreadable
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.queries import (
    GroupPage,
    GroupQuerySource,
    Member,
    PresenceQuery,
    QuerySource,
    Said,
    Site,
    StockQuerySource,
)
from spock_core.plugins.checking.source import MOST_WORDS, CheckedSource, is_line
from spock_core.plugins.faults import reason_of, wrong_type

if TYPE_CHECKING:
    from spock_core.domain import Exchange
    from spock_core.domain.stock import AskableStock
    from spock_core.plugins.registry import Plugins

MOST_GROUPS = 10_000
LONGEST_SYMBOL = 64
"""Characters of a symbol, a group and a code of an exchange."""

T = TypeVar("T")


class CheckedQuerySource(CheckedSource):
    """Wraps a query source. What its methods raise by mistake costs the question alone."""

    def __init__(self, source: QuerySource, plugin: str, plugins: Plugins) -> None:
        super().__init__(source, plugin, plugins)
        self.about = source.about
        self.kinds = tuple(source.kinds)
        self._query = source

    def site(self, settings: Any) -> Site:
        """Returns the source's site. Raises `ProviderError` if it raises or returns none."""
        site = self._called("site", lambda: self._query.site(settings))
        if not isinstance(site, Site) or not site.addresses or not 0 < site.rate <= 1_000:
            raise self._invalid("site", "it returned no Site with addresses and a rate")
        return site

    def judge(self) -> Any:
        """See `QuerySource.judge`."""
        return self._called("judge", self._query.judge)

    def open(self, gate: Any, site: Site, settings: Any) -> AbstractContextManager[Any] | None:
        """See `QuerySource.open`."""
        return self._called("open", lambda: self._query.open(gate, site, settings))

    def symbol(self, stock: AskableStock) -> str:
        """Returns the source's symbol; empty text if it is invalid or the source raises."""
        try:
            with self._within("symbol"):
                symbol = self._query.symbol(stock)
        except PLUGIN_FAULTS as error:
            pass_on(error)
            self._fault("symbol", error)
            return ""
        if not _is_symbol(symbol):
            self._fault("symbol", f"it returned something else than a line of {LONGEST_SYMBOL}")
            return ""
        return symbol

    def _called(self, method: str, call: Callable[[], T]) -> T:
        """Calls a method. Turns what it raises by mistake into a `ProviderError`."""
        try:
            with self._within(method):
                return call()
        except SpockError:
            raise
        except PLUGIN_FAULTS as error:
            pass_on(error)
            self._fault(method, error)
            raise ProviderError(f"its plugin {self._plugin} failed: {reason_of(error)}") from error

    def _invalid(self, method: str, fault: str) -> Unreadable:
        self._fault(method, fault)
        return Unreadable(f"its plugin {self._plugin}: {fault}")


class CheckedStockQuery(CheckedQuerySource):
    """Wraps a source that is asked about stocks."""

    def __init__(self, source: StockQuerySource, plugin: str, plugins: Plugins) -> None:
        super().__init__(source, plugin, plugins)
        self.most_symbols = max(int(source.most_symbols), 1)
        self._stocks = source

    def ask(self, client: Any, symbols: Sequence[str]) -> Mapping[str, Said]:
        """Returns the source's answer. Raises `Unreadable` if it is none."""
        said = self._called("ask", lambda: self._stocks.ask(client, symbols))
        if not isinstance(said, Mapping) or not all(map(_is_said, said.values())):
            raise self._invalid("ask", "it returned something else than valid Said by symbol")
        return {
            symbol: said[symbol]._replace(name=said[symbol].name[:LONGEST_NAME])
            for symbol in symbols
            if symbol in said
        }


class CheckedPresenceQuery(CheckedStockQuery):
    """Wraps one that can also be asked which symbols are known."""

    def __init__(self, source: StockQuerySource, plugin: str, plugins: Plugins) -> None:
        super().__init__(source, plugin, plugins)
        assert isinstance(source, PresenceQuery)  # noqa: S101  chosen by `checked_query`
        self.presence_name = source.presence_name
        self.most_present = max(int(source.most_present), 1)
        self._presence = source

    def present(self, client: Any, symbols: Sequence[str]) -> frozenset[str]:
        """Returns the source's answer. Raises `Unreadable` if it is none."""
        known = self._called("present", lambda: self._presence.present(client, symbols))
        if not isinstance(known, frozenset | set):
            raise self._invalid("present", wrong_type(known, frozenset))
        return frozenset(known) & frozenset(symbols)


class CheckedGroupQuery(CheckedQuerySource):
    """Wraps a source that is asked about groups."""

    def __init__(self, source: GroupQuerySource, plugin: str, plugins: Plugins) -> None:
        super().__init__(source, plugin, plugins)
        self.page_size = max(int(source.page_size), 1)
        self.group_word = source.group_word
        self.lists = source.lists
        self._groups = source

    def groups(self) -> Mapping[str, float]:
        """Returns the source's groups. Raises `ProviderError` if they are invalid."""
        groups = self._called("groups", self._groups.groups)
        valid = isinstance(groups, Mapping) and len(groups) <= MOST_GROUPS
        if not valid or not all(
            _is_symbol(name) and isinstance(share, float | int) and 0 <= share <= 1
            for name, share in groups.items()
        ):
            raise self._invalid("groups", "it returned something else than shares by group")
        return groups

    def words(self, group: str) -> Mapping[str, str] | None:
        """Returns the source's words; None if they are invalid or the source raises."""
        try:
            with self._within("words"):
                words = self._groups.words(group)
        except PLUGIN_FAULTS as error:
            pass_on(error)
            self._fault("words", error)
            return None
        if words is not None and not _are_words(words):
            self._fault("words", "it returned something else than words")
            return None
        return words

    def venues(self, exchange: Exchange) -> tuple[str, ...]:
        """Returns the source's codes; none if they are invalid or the source raises."""
        try:
            with self._within("venues"):
                venues = tuple(islice(self._groups.venues(exchange), MOST_GROUPS))
        except PLUGIN_FAULTS as error:
            pass_on(error)
            self._fault("venues", error)
            return ()
        if not all(map(_is_symbol, venues)) or any(" " in code for code in venues):
            self._fault("venues", "it returned something else than codes of exchanges")
            return ()
        return venues

    def ask_group(self, client: Any, group: str, venues: Sequence[str], offset: int) -> GroupPage:
        """Returns the source's page. Raises `Unreadable` if it is none."""
        ask = self._groups.ask_group
        page = self._called("ask_group", lambda: ask(client, group, venues, offset))
        if not isinstance(page, GroupPage) or not all(map(_is_member, page.members)):
            raise self._invalid("ask_group", "it returned something else than a valid GroupPage")
        return page


def checked_query(source: QuerySource, plugin: str, plugins: Plugins) -> CheckedQuerySource:
    """Wraps a query source by its kind."""
    if isinstance(source, GroupQuerySource):
        return CheckedGroupQuery(source, plugin, plugins)
    if isinstance(source, StockQuerySource):
        kind = CheckedPresenceQuery if isinstance(source, PresenceQuery) else CheckedStockQuery
        return kind(source, plugin, plugins)
    return CheckedQuerySource(source, plugin, plugins)


def _is_symbol(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= LONGEST_SYMBOL and text.isprintable()


def _are_words(words: Any) -> bool:
    return (
        isinstance(words, Mapping)
        and len(words) <= MOST_WORDS
        and all(map(is_line, chain.from_iterable(words.items())))
    )


def _is_said(said: Any) -> bool:
    return (
        isinstance(said, Said)
        and _are_words(said.words)
        and _are_words(said.identifiers)
        and is_line(said.name)
    )


def _is_member(member: Any) -> bool:
    return isinstance(member, Member) and _is_symbol(member.symbol) and is_line(member.name)

"""What each way of asking for stocks would cost in requests. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil
from types import MappingProxyType
from typing import NamedTuple

from spock_core.domain.stock import (
    AskableStock,
    FailedGroup,
    KnownStock,
    PendingStock,
    StockKey,
    UnfinishedGroups,
)


class Screen(NamedTuple):
    """A question for all stocks of one group on some exchanges."""

    group: str
    venues: tuple[str, ...]
    """The provider's codes of the exchanges."""
    cost: int
    """Expected requests."""


class Abilities(NamedTuple):
    """What one provider may be asked in a run."""

    groups: Mapping[str, float] = MappingProxyType({})
    """The groups that it may be asked for, each with the share of all stocks usually in it."""
    page_size: int = 1
    """Stocks that one request for a group answers for."""
    venues_of: Callable[[AskableStock], tuple[str, ...]] = lambda _: ()
    """The provider's codes of the exchange of a stock; none if groups do not have it."""
    most_symbols: int = 1
    """Stocks that one request about stocks asks for."""
    most_present: int = 0
    """Symbols of which one request tells whether they are known; 0 if none does."""
    budget: int = 0
    """Stocks that may be asked about themselves: what is left of the budget of the day."""
    asked: int = 0
    """Stocks that were asked about themselves that day before."""
    known_share: float = 1.0
    """Share of the stocks that groups do not have which it is expected to know all the same."""
    doubtful: int = 0
    """The same for stocks whose key may have passed to another instrument."""

    def usual_count(self, group: str, stocks: int) -> int:
        """Returns how many of so many stocks are usually in a group; 0 for one that is new."""
        return round(self.groups.get(group, 0) * stocks)


class _Reach(NamedTuple):
    """What a screen covers."""

    venues: tuple[str, ...]
    """The provider's codes, in their order."""
    mics: frozenset[str]
    new: int
    """Stocks there whose group is unknown."""


class CostModel:
    """Adds up what each way of asking would cost."""

    def __init__(
        self,
        abilities: Abilities,
        known: Sequence[KnownStock],
        resting: Sequence[FailedGroup] = (),
    ) -> None:
        """`known`: the stocks of which the provider has told before; `resting`: groups that failed
        and may not be asked for yet."""
        words = {one.group for one in known if one.by_group and one.group}
        self._abilities = abilities
        self._known = known
        self._resting = resting
        self._groups = tuple(sorted({*abilities.groups, *words})) if abilities.groups else ()
        self._counts = Counter((one.stock.exchange, one.group) for one in known)

    def cheapest(self, needs: Sequence[PendingStock]) -> tuple[list[Screen], list[PendingStock]]:
        """Screens, and the stocks of which they should tell; the rest is asked about itself."""
        options = [*self._bulk_options(needs), self._by_group(needs)]

        def cost(option: tuple[list[Screen], list[PendingStock]]) -> float:
            screens, told = option
            saved = len(told) / self._abilities.most_symbols
            return sum(screen.cost for screen in screens) - saved

        return min(options, key=cost)

    def go_on(
        self, begun: UnfinishedGroups, needs: Sequence[PendingStock]
    ) -> tuple[list[Screen], list[PendingStock]]:
        """What is left of the screens that were begun, and the stocks of which they should tell.

        Not of those that were listed since: some of the screens were answered before.
        """
        resting = {one.group for one in self._resting}
        everything = begun.groups | resting >= set(self._groups)
        told = [
            need
            for need in needs
            if need.listed_at <= begun.planned_at
            and begun.venues >= set(self._abilities.venues_of(need.stock))
            and (everything or need.group in begun.groups)
        ]
        if not told:
            return [], []
        reach = self._reach(told)
        pending = [
            Screen(group, venues, self._screen(group, reach).cost)
            for group, venues in begun.pending
        ]
        return pending, told

    def again(
        self, failed: Iterable[FailedGroup], needs: Sequence[PendingStock]
    ) -> tuple[list[Screen], list[PendingStock]]:
        """Groups that failed and may be asked for again, and the stocks that may be in them and in
        no other."""
        screens, told = list[Screen](), dict[StockKey, PendingStock]()
        for one in failed:
            of_it = [need for need in needs if self._may_have(one, need)]
            if of_it:
                cost = self._screen(one.group, self._reach(of_it)).cost
                screens.append(Screen(one.group, tuple(sorted(one.venues)), cost))
                told |= {need.key: need for need in of_it}
        return screens, list(told.values())

    def waits(self, need: PendingStock) -> bool:
        """Whether a stock may be in a group that may not be asked for yet, and is in no other."""
        return any(self._may_have(one, need) for one in self._resting)

    def _may_have(self, failed: FailedGroup, need: PendingStock) -> bool:
        return failed.may_have(need, self._abilities.venues_of(need.stock))

    def canaries(self, screens: Iterable[Screen]) -> dict[Screen, frozenset[StockKey]]:
        """The stocks that each screen had when it was last asked."""
        members: dict[str, dict[tuple[str, ...], list[StockKey]]] = {}
        for one in self._known:
            if one.by_group:
                by_venue = members.setdefault(one.group, {})
                by_venue.setdefault(self._abilities.venues_of(one.stock), []).append(one.key)
        return {
            screen: frozenset(
                key
                for venues, keys in members.get(screen.group, {}).items()
                if {*venues} <= {*screen.venues}
                for key in keys
            )
            for screen in screens
        }

    def _bulk_options(
        self, needs: Sequence[PendingStock]
    ) -> Iterable[tuple[list[Screen], list[PendingStock]]]:
        """All groups over the exchanges of the neediest regions: of none, one, two … of all."""
        yield [], []
        if not self._groups:
            return
        regions = [r for r, _ in Counter(need.key.region for need in needs).most_common()]
        for number in range(1, len(regions) + 1):
            covered = [need for need in needs if need.key.region in regions[:number]]
            reach = self._reach(covered)
            names = [name for name in self._groups if not self._rests(name, reach)]
            yield [self._screen(name, reach) for name in names], covered

    def _by_group(self, needs: Sequence[PendingStock]) -> tuple[list[Screen], list[PendingStock]]:
        """Groups that are cheaper to screen than their known stocks are to ask one by one."""
        known: dict[str, list[PendingStock]] = {}
        for need in needs:
            if need.group in self._groups:
                known.setdefault(str(need.group), []).append(need)
        screens, screened = [], []
        for name, of_it in sorted(known.items()):
            reach = self._reach(of_it)
            screen = self._screen(name, reach)
            is_cheaper = screen.cost * self._abilities.most_symbols < len(of_it)
            if is_cheaper and not self._rests(name, reach):
                screens.append(screen)
                screened += of_it
        return screens, screened

    def _reach(self, needs: Iterable[PendingStock]) -> _Reach:
        """What a screen that should tell of these stocks must cover."""
        places = Counter(
            (need.stock.exchange, self._abilities.venues_of(need.stock), need.group is None)
            for need in needs
        )
        return _Reach(
            tuple(sorted({code for _, venues, _ in places for code in venues})),
            frozenset(mic for mic, _, _ in places),
            sum(stocks for (_, _, is_new), stocks in places.items() if is_new),
        )

    def _rests(self, group: str, reach: _Reach) -> bool:
        return any(one.meets(group, reach.venues) for one in self._resting)

    def _screen(self, group: str, reach: _Reach) -> Screen:
        known = sum(self._counts.get((mic, group), 0) for mic in reach.mics)
        stocks = known + self._abilities.usual_count(group, reach.new)
        return Screen(group, reach.venues, max(ceil(stocks / self._abilities.page_size), 1))

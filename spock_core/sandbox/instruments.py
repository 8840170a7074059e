"""The made-up instruments of a universe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spock_core.domain import AssetType, Exchange, SecurityType
from spock_core.plugins.recipe import ListRecipe


@dataclass(frozen=True, slots=True)
class Instrument:
    """One line of a list, with what is true of it behind the list."""

    region: str
    exchange: Exchange
    recipe: ListRecipe
    symbol: str
    """As the venue writes it."""
    name: str
    name_local: str
    asset_type: AssetType
    kind: SecurityType
    shown_code: str
    """The KIS sector code that the list shows; `000` where KIS has not classified it."""
    true_code: str
    """The KIS sector code that its issuer deserves."""
    issuer: str
    """The symbol of the issuer's common stock."""
    is_spac: bool
    currency: str
    lot_size: int
    etp_kind: str = "   "

    @property
    def is_stock(self) -> bool:
        """Whether the register will count it among the stocks: a REIT is one, however listed."""
        return self.asset_type is AssetType.STOCK or self.kind is SecurityType.REIT


@dataclass(frozen=True)
class Universe:
    """Instruments by region and list name."""

    lists: Mapping[tuple[str, str], tuple[Instrument, ...]]

    @property
    def stocks(self) -> int:
        """How many instruments the register will count among the stocks."""
        return sum(one.is_stock for one in self.instruments())

    def instruments(self) -> Iterator[Instrument]:
        """All of them."""
        for instruments in self.lists.values():
            yield from instruments

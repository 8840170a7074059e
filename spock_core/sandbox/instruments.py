"""The made-up instruments of a universe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from spock_core.classification.kis_codes import KIS_MEANINGS
from spock_core.domain import AssetType, Exchange, SecurityType
from spock_core.plugins.recipe import ListRecipe
from spock_core.plugins.service import MadeUpService


@dataclass(frozen=True, slots=True)
class Instrument:
    """One line of a list, and what is true of the instrument whether or not the list shows it."""

    region: str
    exchange: Exchange
    recipe: ListRecipe
    symbol: str
    """The venue's symbol, without `ticker_prefix`."""
    name: str
    name_local: str
    asset_type: AssetType
    kind: SecurityType
    shown_code: str
    """The KIS sector code in the list; `000` where KIS has not classified it."""
    true_code: str
    """The KIS sector code of its issuer's actual business."""
    issuer: str
    """The symbol of the issuer's common stock."""
    is_spac: bool
    currency: str
    lot_size: int
    etp_kind: str = "   "
    """KIS's code for the kind of an exchange-traded product: `001` ETF, `002` ETN; blank for other
    instruments."""

    @property
    def is_stock(self) -> bool:
        """Whether it is a stock in the register, where a REIT always is one."""
        return self.asset_type is AssetType.STOCK or self.kind is SecurityType.REIT

    @property
    def gics_code(self) -> str:
        """The GICS code of its issuer's actual business, as deep as the KIS code means it.

        It is empty for an index or a fund.
        """
        meaning = KIS_MEANINGS.get(self.true_code)
        return meaning.gics_code if meaning else ""


@dataclass(frozen=True)
class Universe:
    """Instruments by region and list name."""

    lists: Mapping[tuple[str, str], tuple[Instrument, ...]]
    tables: Mapping[str, bytes] = field(default_factory=dict)
    """The files of table sources by their documented names."""
    services: tuple[MadeUpService, ...] = ()
    """The providers of plugins' query sources."""

    @property
    def stocks(self) -> int:
        """Number of instruments that are stocks in the register."""
        return sum(instrument.is_stock for instrument in self.instruments())

    def instruments(self) -> Iterator[Instrument]:
        """Yields the instruments of all lists."""
        for instruments in self.lists.values():
            yield from instruments

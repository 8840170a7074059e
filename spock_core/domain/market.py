"""A market as its plugin describes it: its exchanges, facts and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from spock_core.domain.evidence import Judgement, KisMeaning
from spock_core.domain.listing import Listing, SecurityType, type_from_list
from spock_core.domain.market_checks import check_exchange, check_market


@dataclass(frozen=True, slots=True)
class Exchange:
    """One list of one venue. A venue with two lists (stocks, indices) has two with the same MIC."""

    mic: str
    """ISO 10383 code: `XNAS`."""
    name: str
    currency: str
    """ISO 4217 code for listings whose currency the list does not give."""
    kis_code: str | None = None
    """KIS's code of the list: `NAS`, whose master file is `nasmst.cod.zip`."""
    yahoo_codes: tuple[str, ...] = ()
    """Yahoo's codes of the venue's market tiers: `NMS`, `NGM`, `NCM`."""
    yahoo_suffix: str = ""
    """The suffix of Yahoo's symbols for this venue: `.T`."""
    lot_size: int = 1
    """Shares in a trading lot for listings whose lot size the list does not give."""
    ticker_prefix: str = ""
    """Prefix of the venue's symbols, for symbols that another list of the region also has."""
    list_address: str | None = None
    """Web address, `file:` URL or path of a `csv` list."""
    aliases: tuple[str, ...] = ()
    """Other codes of the venue that people write with a ticker: `NYSE` (`NYSE:BRK.B`), `SH`
    (`600519.SH`)."""

    @property
    def list_name(self) -> str:
        """The name of this list in messages and in the register: the KIS code, else the MIC."""
        return self.kis_code or self.mic


SymbolRule: TypeAlias = Callable[[Listing], str | None]
TypeRule: TypeAlias = Callable[[Listing], SecurityType]
SpacRule: TypeAlias = Callable[[Listing], bool]
IssuerRule: TypeAlias = Callable[[Listing], Sequence[str]]
CounterRule: TypeAlias = Callable[[Listing], bool]


def no_yahoo_symbol(_listing: Listing) -> None:
    """Returns None: the rule of a market that Yahoo does not carry."""


def no_issuer_tickers(_listing: Listing) -> tuple[str, ...]:
    """Returns nothing: the rule of a market whose tickers do not show the issuer."""
    return ()


def never_a_counter(_listing: Listing) -> bool:
    """Returns False: the rule of a market where every share has one ticker."""
    return False


def never_a_spac(_listing: Listing) -> bool:
    """Returns False: the rule of a market without blank-cheque companies."""
    return False


@dataclass(frozen=True)
class Market:
    """A region as its plugin describes it: facts, and rules as functions.

    Raises `ValueError` for an invalid fact; the message names it.
    """

    region: str
    """ISO 3166 alpha-2 code."""
    name: str
    exchanges: tuple[Exchange, ...]
    priority: int = 100
    """Regions with a lower number are processed first."""
    yahoo_symbol: SymbolRule = no_yahoo_symbol
    """Returns Yahoo's symbol of a listing whose `security_type` is set, or None if Yahoo does not
    carry it. Not called if the listing's own list states the symbol."""
    security_type: TypeRule = type_from_list
    """Returns the security type of a listing. Called before all other rules."""
    is_spac: SpacRule = never_a_spac
    """Returns whether a listing's name or ticker shows a blank-cheque company."""
    shells_are_spacs: bool = False
    """Whether all shell companies (Yahoo's industry) on these venues are blank-cheque companies."""
    issuer_tickers: IssuerRule = no_issuer_tickers
    """Returns tickers that the issuer's shares may have, the likeliest first: `MET` for `MET/E`.
    A candidate counts only if the names match too, so a wrong guess is harmless."""
    is_counter: CounterRule = never_a_counter
    """Returns whether a listing is a second counter of a share: the same share under another ticker
    in another currency. Then `issuer_tickers` is certain, so that the names need not match, and the
    counter takes the share's classification even if sources classify the counter itself."""
    kis_meanings: Mapping[str, KisMeaning] = field(default_factory=lambda: MappingProxyType({}))
    """KIS codes with another meaning or confidence in this market than elsewhere, by code."""
    reliability: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """How sure a provider's words are of this market's stocks, relative to all stocks: a factor
    above 0, at most 1, for the confidence of its claims, by provider (a source's `counts_as`).
    Without one, the words are as sure here as elsewhere."""
    judgements: tuple[Judgement, ...] = ()
    """Rules for this market alone; they are tried before those for all markets."""
    listed_by: str = "kis"
    """The listing source: `kis` (master files), `yahoo` (the screener, by exchange), `csv` (a table
    for each exchange), or a name for which a plugin implements `spock_listings`."""

    def __post_init__(self) -> None:
        check_market(self)
        for exchange in self.exchanges:
            if not isinstance(exchange, Exchange):
                raise ValueError(f"market {self.region}: {exchange!r} is not an Exchange")
            check_exchange(exchange)
        names = [exchange.list_name for exchange in self.exchanges]
        if len(set(names)) < len(names):
            raise ValueError(f"market {self.region} names one list twice: {', '.join(names)}")
        self._check_lists()

    def _check_lists(self) -> None:
        used_codes: set[str] = set()
        for exchange in self.exchanges:
            codes, fault = set(exchange.yahoo_codes), ""
            if self.listed_by == "csv" and not exchange.list_address:
                fault = "is listed by csv and has no list_address"
            elif self.listed_by == "yahoo" and (not codes or codes & used_codes):
                fault = "is listed by yahoo and has no yahoo_codes of its own"
            if fault:
                raise ValueError(f"market {self.region}: {exchange.list_name} {fault}")
            used_codes |= codes

    def exchange(self, list_name: str) -> Exchange:
        """Returns the exchange with this list name. Raises `KeyError` if there is none."""
        return {exchange.list_name: exchange for exchange in self.exchanges}[list_name]


@dataclass(frozen=True, slots=True)
class DamagedLine:
    """A line of a list that could not be read; the rest of the list is still used."""

    list_name: str
    line: int
    """Line number, from 1."""
    reason: str
    ticker: str | None = None
    """The ticker if it could be read, so that the instrument does not count as delisted."""


@dataclass(frozen=True, slots=True)
class ListState:
    """The `ETag` and `Last-Modified` headers of the list last stored, for conditional requests."""

    etag: str | None = None
    last_modified: str | None = None


ListItem: TypeAlias = tuple[int, Listing] | DamagedLine
"""A line number, from 1, with its listing; or a damaged line."""


@dataclass(frozen=True, slots=True)
class VenueList:
    """The current list of one exchange, or why there is none."""

    exchange: Exchange
    items: Iterable[ListItem] = ()
    """May be a generator: it is iterated once, and may raise `ListError` meanwhile."""
    state: ListState = ListState()
    """To be stored with the list, and passed to the source in the next run."""
    unchanged: bool = False
    """Whether the list has not changed since the state passed to the source; no items."""
    error: str | None = None
    """Why the list is unavailable; no items. The register keeps its listings."""

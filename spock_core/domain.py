"""The words of Spock as values: frozen, without I/O, knowing no region and no provider.

The values of which a run makes tens of thousands are named tuples: five times quicker to make than
frozen dataclasses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from spock_core.market_facts import check_exchange, check_market


class AssetType(StrEnum):
    """What a venue's list calls an instrument."""

    STOCK = "STOCK"
    ETF = "ETF"
    ETN = "ETN"
    ETC = "ETC"
    ETP = "ETP"
    INDEX = "INDEX"
    WARRANT = "WARRANT"


class SecurityType(StrEnum):
    """What an instrument is to the person who holds it."""

    COMMON = "common"
    PREFERRED = "preferred"
    DEPOSITARY_RECEIPT = "depositary_receipt"
    UNIT = "unit"
    WARRANT = "warrant"
    RIGHT = "right"
    NOTE = "note"
    FUND = "fund"
    REIT = "reit"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One list of one venue; one that publishes two (stocks, indices) is two exchanges of a MIC."""

    mic: str
    """ISO 10383 code: `XNAS`."""
    name: str
    currency: str
    """ISO 4217 code that holds where the list names none."""
    kis_code: str | None = None
    """KIS's code of the list, `NAS`; its master file is `nasmst.cod.zip`."""
    yahoo_codes: tuple[str, ...] = ()
    """Yahoo's codes of the venue's tiers: `NMS`, `NGM`, `NCM`."""
    yahoo_suffix: str = ""
    """What Yahoo puts behind a symbol of this venue: `.T`."""
    lot_size: int = 1
    """Shares in a trading lot where the list names none."""
    ticker_prefix: str = ""
    """Put before the venue's own code where that code occurs twice in the region."""
    list_address: str | None = None
    """Where a `csv` list is: a web address, a `file:` URL or a path."""

    @property
    def list_name(self) -> str:
        """What people call this list in messages: the KIS code, else the MIC."""
        return self.kis_code or self.mic


class Listing(NamedTuple):
    """One instrument at one exchange, as the venue's list has it. Key: region and ticker."""

    region: str
    ticker: str
    name: str | None
    """English name; lists cut it at about 60 characters."""
    name_local: str | None
    exchange: str
    """MIC."""
    kis_exchange: str | None
    currency: str
    asset_type: AssetType
    lot_size: int
    kis_sector_code: str | None = None
    """Three digits as text; `000` is KIS's word for "not classified"."""
    is_depositary_receipt: bool = False
    """What the list itself says of it; it often says nothing."""
    data_source: str = "kis"
    security_type: SecurityType | None = None
    yahoo_symbol: str | None = None


@dataclass(frozen=True, slots=True)
class DamagedLine:
    """A line of a list that could not be read; the rest of the list still counts."""

    list_name: str
    line: int
    reason: str
    ticker: str | None = None
    """The ticker, where the line still tells: that stock is then not taken for gone."""


@dataclass(frozen=True, slots=True)
class ListState:
    """How a server named the list that was last applied, to ask "changed since?"."""

    etag: str | None = None
    last_modified: str | None = None


ListItem: TypeAlias = tuple[int, Listing] | DamagedLine
"""A line number with its listing, or the damage found there."""


@dataclass(frozen=True, slots=True)
class VenueList:
    """The list of one exchange, as its source has it now."""

    exchange: Exchange
    items: Iterable[ListItem] = ()
    """Read once, lazily: a list may be long. May raise `ListError` while it is read."""
    state: ListState = ListState()
    unchanged: bool = False
    """The source says that nothing changed since the state it was asked with; no items."""
    error: str | None = None
    """Why there is no list; no items. The register keeps what it had."""


class Observation(NamedTuple):
    """What one source said of one listing, word for word, and when."""

    region: str
    ticker: str
    source: str
    words: Mapping[str, str]
    observed_at: datetime


class Claim(NamedTuple):
    """What an observation means in GICS, and how often such words turn out right."""

    source: str
    gics_code: str
    """As deep as the words determine: 2 digits a sector, 4 an industry group, 6 an industry; empty
    where they tell of flags alone."""
    confidence: float
    """Share of stocks with these words whose official sector is this one, 0 to 1."""
    reason: str
    words: str = ""
    """What the source said, as a `Judgement` may name it: a KIS code, a Yahoo industry."""
    weight: float = 1.0
    """What it counts for against a claim of another sector: 0 to 1, how much less often it is right
    there than its confidence says; 0, it stands only where nobody else speaks. Core's own sources
    go above 1, which outweighs all others whatever they say."""
    is_spac: bool | None = None
    """Whether the words tell a blank-cheque company; None where they do not say."""
    is_preferred: bool | None = None
    """Whether the words tell a preferred share; None where they do not say."""


class Judgement(NamedTuple):
    """What words mean together, or beside a name, where they mislead by themselves."""

    words: tuple[str, ...]
    """What sources said, all of it. The last is the one that is read otherwise; the others are
    overruled."""
    gics_code: str
    confidence: float
    """As in `Claim`; a judge's estimate where few stocks could be counted."""
    reason: str
    name: str = ""
    """A pattern that the English name, in capitals, must contain; empty for any name."""


@dataclass(frozen=True, slots=True)
class KisMeaning:
    """What a KIS sector code means in GICS."""

    code: str
    meaning: str
    gics_code: str
    """As deep as the code determines: 2 digits a sector, 4 an industry group, 6 an industry."""
    confidence: float
    """Share of its stocks whose official GICS sector is this one, 0 to 1."""
    reason: str


SymbolRule: TypeAlias = Callable[[Listing], str | None]
TypeRule: TypeAlias = Callable[[Listing], SecurityType]
SpacRule: TypeAlias = Callable[[Listing], bool]
IssuerRule: TypeAlias = Callable[[Listing], Sequence[str]]


def no_yahoo_symbol(_listing: Listing) -> None:
    """Yahoo does not carry this market."""


def type_from_list(listing: Listing) -> SecurityType:
    """The kind of security as far as the list's own words tell, without any market's habits."""
    match listing.asset_type:
        case AssetType.INDEX:
            return SecurityType.INDEX
        case AssetType.WARRANT:
            return SecurityType.WARRANT
        case AssetType.ETN:
            return SecurityType.NOTE
        case AssetType.ETF | AssetType.ETC | AssetType.ETP:
            return SecurityType.FUND
        case AssetType.STOCK:
            if listing.is_depositary_receipt:
                return SecurityType.DEPOSITARY_RECEIPT
            return SecurityType.COMMON


def no_issuer_tickers(_listing: Listing) -> tuple[str, ...]:
    """Tickers of this market do not tell whose an instrument is."""
    return ()


def never_a_spac(_listing: Listing) -> bool:
    """This market lists no blank-cheque companies."""
    return False


@dataclass(frozen=True)
class Market:
    """How a plugin describes its region: facts, and its own rules as small functions.

    Raises `ValueError`, naming the fault, for facts that cannot be true.
    """

    region: str
    """ISO 3166 alpha-2 code."""
    name: str
    exchanges: tuple[Exchange, ...]
    priority: int = 100
    """Regions with a lower number are worked on first."""
    yahoo_symbol: SymbolRule = no_yahoo_symbol
    security_type: TypeRule = type_from_list
    is_spac: SpacRule = never_a_spac
    shells_are_spacs: bool = False
    """Whether the venues list no company without a business but blank cheques."""
    issuer_tickers: IssuerRule = no_issuer_tickers
    """Under which tickers the shares of an instrument's issuer may be listed, the likeliest first:
    `MET` for `MET/E`. Names are compared as well, so a guess does no harm."""
    kis_meanings: Mapping[str, KisMeaning] = field(default_factory=lambda: MappingProxyType({}))
    """KIS codes that mean something else here, or are surer or less sure here, than elsewhere."""
    judgements: tuple[Judgement, ...] = ()
    """Judgements that hold here alone; they come before those that hold everywhere."""
    listed_by: str = "kis"
    """Where its lists come from: `kis` (master files), `yahoo` (the screener, by exchange), `csv`
    (a table for each exchange), or a name for which a plugin answers `spock_listings`."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z]{2}", self.region):
            raise ValueError(f"region {self.region!r} is not an ISO 3166 alpha-2 code")
        if not self.exchanges:
            raise ValueError(f"market {self.region} names no exchange")
        for exchange in self.exchanges:
            if not isinstance(exchange, Exchange):
                raise ValueError(f"market {self.region}: {exchange!r} is not an Exchange")
            check_exchange(exchange, self.region)
        check_market(self)
        names = [exchange.list_name for exchange in self.exchanges]
        if len(set(names)) < len(names):
            raise ValueError(f"market {self.region} names one list twice: {', '.join(names)}")
        for code, meaning in self.kis_meanings.items():
            if code != meaning.code:
                raise ValueError(f"market {self.region}: KIS code {code} holds {meaning.code}")
        self._check_lists()

    def _check_lists(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", self.listed_by):
            raise ValueError(f"market {self.region}: {self.listed_by!r} names no listing source")
        taken: set[str] = set()
        for exchange in self.exchanges:
            codes, lacks = set(exchange.yahoo_codes), ""
            if self.listed_by == "csv" and not exchange.list_address:
                lacks = "is listed by csv and has no list_address"
            elif self.listed_by == "yahoo" and (not codes or codes & taken):
                lacks = "is listed by yahoo and has no yahoo_codes of its own"
            if lacks:
                raise ValueError(f"market {self.region}: {exchange.list_name} {lacks}")
            taken |= codes

    def exchange(self, list_name: str) -> Exchange:
        """The exchange with this list name. Raises `KeyError` where there is none."""
        return {exchange.list_name: exchange for exchange in self.exchanges}[list_name]

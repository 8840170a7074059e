"""A market as its plugin describes it: its exchanges, its facts and its own rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from spock_core.domain.evidence import Judgement, KisMeaning
from spock_core.domain.listing import Listing, SecurityType, type_from_list
from spock_core.domain.market_checks import check_exchange, check_market


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


SymbolRule: TypeAlias = Callable[[Listing], str | None]
TypeRule: TypeAlias = Callable[[Listing], SecurityType]
SpacRule: TypeAlias = Callable[[Listing], bool]
IssuerRule: TypeAlias = Callable[[Listing], Sequence[str]]
CounterRule: TypeAlias = Callable[[Listing], bool]


def no_yahoo_symbol(_listing: Listing) -> None:
    """Yahoo does not carry this market."""


def no_issuer_tickers(_listing: Listing) -> tuple[str, ...]:
    """Tickers of this market do not tell whose an instrument is."""
    return ()


def never_a_counter(_listing: Listing) -> bool:
    """This market trades every share under one ticker."""
    return False


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
    is_counter: CounterRule = never_a_counter
    """Whether a listing is another counter of a share: the very same share, traded in another
    currency under a ticker of its own. Then `issuer_tickers` is sure: names are not compared, and
    the counter takes the share's classification over what any source says of it alone."""
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

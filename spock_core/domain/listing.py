"""A listing: one instrument at one exchange, as in the venue's list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class AssetType(StrEnum):
    """The kind of an instrument by its venue's list; a REIT is a `STOCK` in every list."""

    STOCK = "STOCK"
    ETF = "ETF"
    ETN = "ETN"
    ETC = "ETC"
    ETP = "ETP"
    INDEX = "INDEX"
    WARRANT = "WARRANT"


class SecurityType(StrEnum):
    """The kind of an instrument by the rights of its holder, as far as Spock can tell."""

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


class Listing(NamedTuple):
    """One instrument at one exchange, as in the venue's list. Key: region and ticker."""

    region: str
    """ISO 3166 alpha-2 code."""
    ticker: str
    """The venue's symbol, with the exchange's `ticker_prefix`."""
    name: str | None
    """English name; lists truncate it at about 60 characters."""
    name_local: str | None
    """Korean name in KIS's lists."""
    exchange: str
    """MIC (ISO 10383)."""
    kis_exchange: str | None
    """KIS's code of the list: `NAS`."""
    currency: str
    """ISO 4217 code."""
    asset_type: AssetType
    lot_size: int
    """Shares in a trading lot."""
    kis_sector_code: str | None = None
    """Three digits as text; `000` means that KIS has not classified the instrument."""
    is_depositary_receipt: bool = False
    """Whether the list marks it as a depositary receipt; lists often omit the mark."""
    data_source: str = "kis"
    """The listing source."""
    security_type: SecurityType | None = None
    """None until the market's rule has determined it."""
    yahoo_symbol: str | None = None
    """None if Yahoo does not carry it, and until the market's rule has determined it."""


STORED_FIELDS = tuple(name for name in Listing._fields if name != "is_depositary_receipt")
"""The fields that the register keeps, each in the column of `tickers` with its name."""
_ASSET_TYPES = {kind.value: kind for kind in AssetType}
_SECURITY_TYPES = {kind.value: kind for kind in SecurityType}


class StoredListing(Listing):
    """A listing as the register has it.

    The register keeps an instrument's security type and not what its list said of receipts, so that
    `is_depositary_receipt` follows from the type. `security_type` is never None.
    """

    __slots__ = ()

    @classmethod
    def read(cls, columns: Mapping[str, Any]) -> StoredListing:
        """Returns the listing of a row of `tickers`, by the names of its columns."""
        return cls._read({name: columns[name] for name in STORED_FIELDS if name in columns})

    @classmethod
    def read_row(cls, values: Iterable[Any]) -> StoredListing:
        """Returns the listing that has these values of `STORED_FIELDS`, in their order."""
        return cls._read(dict(zip(STORED_FIELDS, values, strict=True)))

    @classmethod
    def _read(cls, fields: dict[str, Any]) -> StoredListing:
        kind = _SECURITY_TYPES[fields["security_type"]]
        fields["asset_type"] = _ASSET_TYPES[fields["asset_type"]]
        fields["security_type"] = kind
        fields["is_depositary_receipt"] = kind is SecurityType.DEPOSITARY_RECEIPT
        return cls(**fields)


def type_from_list(listing: Listing) -> SecurityType:
    """Returns the security type by the list's own fields alone; the default rule of a market."""
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


_EXCHANGE_TRADED = (AssetType.ETF, AssetType.ETN, AssetType.ETC, AssetType.ETP)


def with_security_type(listing: Listing, kind: SecurityType) -> Listing:
    """Returns the listing with the security type that its market's rule returned.

    Some lists have REITs among their exchange-traded products. Sources and GICS classify REITs as
    they classify companies, so the asset type of such a listing becomes `STOCK`.
    """
    is_stock = kind is SecurityType.REIT and listing.asset_type in _EXCHANGE_TRADED
    asset_type = AssetType.STOCK if is_stock else listing.asset_type
    return listing._replace(security_type=kind, asset_type=asset_type)


class ChangedListing(NamedTuple):
    """A line of a list whose names or asset type differ from the register's under its key."""

    line_id: int
    """Number of the line in the staging table."""
    list_name: str
    stored: StoredListing
    """As in the register; in doubt, as it was before the doubt."""
    listed: StoredListing
    """As in the list; names and sector code are None where the list leaves them empty."""
    was_spac: bool
    """Whether the register has it as a blank-cheque company."""
    was_gone: bool
    """Whether the register has it as gone from its list."""
    in_doubt: bool
    """Whether an earlier change of the key is still in doubt."""
    in_its_list: bool
    """Whether the line is in the list in which the register has the key."""
    stays_listed: bool
    """Whether the key is also in another list, which has not changed and is not read therefore."""


class KeyChange(NamedTuple):
    """A key that passed to another instrument, or may have."""

    ticker: str
    before: str | None
    """The name of the instrument that the register has."""
    now: str | None
    """The name of the instrument in the list."""
    source: str
    """The listing source."""
    reason: str
    list_name: str = ""
    """The list that says so; empty where a provider does."""


class PeriodChanges(NamedTuple):
    """What follows from the changed lines of a region."""

    passed: tuple[KeyChange, ...] = ()
    """Keys that passed to another instrument: a new period begins."""
    doubtful: tuple[KeyChange, ...] = ()
    """Keys of which the lists alone cannot tell."""
    settled: tuple[str, ...] = ()
    """Keys that were in doubt and stand for the instrument that they stood for before."""
    ignored: tuple[ChangedListing, ...] = ()
    """Lines of keys that are in two lists: another line of the key counts."""

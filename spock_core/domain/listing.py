"""One instrument at one exchange, as its venue lists it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class AssetType(StrEnum):
    """What a venue's list calls an instrument; a REIT is a `STOCK` whatever its list calls it."""

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


_EXCHANGE_TRADED = (AssetType.ETF, AssetType.ETN, AssetType.ETC, AssetType.ETP)


def with_security_type(listing: Listing, kind: SecurityType) -> Listing:
    """The listing with the kind of security that its market's rule gives it.

    Some lists put REITs among exchange-traded products. Their units are held, classified and asked
    about like a company's shares, and GICS has industries for them, so such a listing is a stock.
    """
    is_stock = kind is SecurityType.REIT and listing.asset_type in _EXCHANGE_TRADED
    asset_type = AssetType.STOCK if is_stock else listing.asset_type
    return listing._replace(security_type=kind, asset_type=asset_type)

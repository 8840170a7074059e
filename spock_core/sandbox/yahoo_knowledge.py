"""What the sandbox's Yahoo knows: most of the universe, something else of some, and strangers."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import Listing, Market, SecurityType, with_security_type
from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sources.yahoo.listings import LISTED_BY

UNKNOWN_SHARE = 0.02
"""Share of listed stocks that Yahoo has never heard of."""
STRANGER_SHARE = 0.01
"""Stocks that only Yahoo knows, as a share of those it knows."""
_CLASSIFIED = (SecurityType.COMMON, SecurityType.DEPOSITARY_RECEIPT, SecurityType.REIT)

_INDUSTRIES_BY_CODE = {
    "010": "Oil & Gas E&P|Oil & Gas Drilling|Oil & Gas Equipment & Services|Oil & Gas Integrated|"
    "Oil & Gas Midstream|Oil & Gas Refining & Marketing|Thermal Coal|Uranium",
    "110": "Chemicals|Specialty Chemicals|Agricultural Inputs",
    "120": "Building Materials",
    "130": "Steel|Aluminum|Coking Coal|Copper|Gold|Other Industrial Metals & Mining|"
    "Other Precious Metals & Mining|Silver",
    "140": "Packaging & Containers|Paper & Paper Products|Lumber & Wood Production",
    "210": "Aerospace & Defense",
    "220": "Engineering & Construction|Building Products & Equipment|Infrastructure Operations",
    "230": "Specialty Industrial Machinery|Electrical Equipment & Parts|Metal Fabrication|"
    "Farm & Heavy Construction Machinery|Tools & Accessories|Pollution & Treatment Controls",
    "240": "Conglomerates",
    "250": "Industrial Distribution|Rental & Leasing Services",
    "260": "Specialty Business Services|Consulting Services|Staffing & Employment Services|"
    "Security & Protection Services|Waste Management|Business Equipment & Supplies",
    "270": "Airlines|Integrated Freight & Logistics",
    "280": "Marine Shipping",
    "290": "Railroads|Trucking|Airports & Air Services",
    "310": "Auto Manufacturers|Recreational Vehicles",
    "320": "Auto Parts",
    "330": "Apparel Manufacturing|Footwear & Accessories|Textile Manufacturing|Luxury Goods|"
    "Leisure",
    "340": "Furnishings, Fixtures & Appliances|Consumer Electronics|Residential Construction",
    "350": "Restaurants|Lodging|Resorts & Casinos|Gambling|Travel Services",
    "360": "Education & Training Services|Personal Services",
    "370": "Entertainment|Broadcasting|Publishing|Advertising Agencies|"
    "Electronic Gaming & Multimedia|Internet Content & Information",
    "380": "Specialty Retail|Apparel Retail|Auto & Truck Dealerships|Department Stores|"
    "Home Improvement Retail|Internet Retail",
    "410": "Packaged Foods|Farm Products|Beverages - Brewers|Beverages - Non-Alcoholic|"
    "Beverages - Wineries & Distilleries|Confectioners|Tobacco",
    "420": "Household & Personal Products",
    "430": "Grocery Stores|Discount Stores|Food Distribution|Pharmaceutical Retailers",
    "510": "Medical Devices|Medical Instruments & Supplies|Medical Care Facilities|"
    "Medical Distribution|Healthcare Plans|Health Information Services",
    "520": "Drug Manufacturers - Specialty & Generic|Drug Manufacturers - General",
    "530": "Biotechnology|Diagnostics & Research",
    "610": "Banks - Regional|Banks - Diversified",
    "620": "Insurance - Property & Casualty|Insurance - Life|Insurance - Diversified|"
    "Insurance - Reinsurance|Insurance - Specialty|Insurance Brokers",
    "630": "Real Estate - Development|Real Estate Services|Real Estate - Diversified|"
    "REIT - Diversified|REIT - Healthcare Facilities|REIT - Hotel & Motel|REIT - Industrial|"
    "REIT - Mortgage|REIT - Office|REIT - Residential|REIT - Retail|REIT - Specialty",
    "640": "Capital Markets|Asset Management|Credit Services|Financial Conglomerates|"
    "Financial Data & Stock Exchanges|Mortgage Finance",
    "710": "Semiconductors|Semiconductor Equipment & Materials",
    "720": "Software - Application|Software - Infrastructure|Information Technology Services",
    "730": "Communication Equipment|Computer Hardware|Electronics & Computer Distribution|Solar",
    "740": "Electronic Components|Scientific & Technical Instruments",
    "810": "Telecom Services",
    "820": "Telecom Services",
    "910": "Utilities - Regulated Electric",
    "920": "Utilities - Regulated Gas",
    "930": "Utilities - Independent Power Producers|Utilities - Diversified|"
    "Utilities - Regulated Water|Utilities - Renewable",
}
"""Yahoo's industries for companies of a KIS code."""


@dataclass(frozen=True, slots=True)
class YahooStock:
    """One symbol that the sandbox's Yahoo knows."""

    symbol: str
    exchange: str
    """Yahoo's code: `NMS`."""
    name: str
    industry: str | None
    """None where Yahoo knows the symbol and classifies it as nothing: units, preferred shares."""

    @property
    def sector(self) -> str | None:
        """Yahoo's sector of its industry."""
        return YAHOO_INDUSTRIES[self.industry].sector if self.industry else None


def know(universe: Universe, markets: Mapping[str, Market]) -> dict[str, YahooStock]:
    """What Yahoo knows, by symbol. The same universe gives the same knowledge.

    Of a market that is listed by Yahoo it knows all stocks and no others.
    """
    known: dict[str, YahooStock] = {}
    for one in universe.instruments():
        if not (one.is_stock and one.exchange.yahoo_codes):
            continue
        market = markets[one.region]
        symbol = _symbol_of(one, market)
        dice = random.Random(f"yahoo {one.region} {one.symbol}")  # noqa: S311  made up
        unknown = dice.random() < UNKNOWN_SHARE
        if market.listed_by == LISTED_BY:
            symbol, unknown = symbol or f"{one.symbol}{one.exchange.yahoo_suffix}", False
        if symbol is None or unknown:
            continue
        code = dice.choice(one.exchange.yahoo_codes)
        known[symbol] = YahooStock(symbol, code, one.name, _industry(one, dice))
        if dice.random() < STRANGER_SHARE and market.listed_by != LISTED_BY:
            stranger = f"{symbol.split('.')[0]}Q{one.exchange.yahoo_suffix}"
            industry = dice.choice(sorted(YAHOO_INDUSTRIES))
            known.setdefault(stranger, YahooStock(stranger, code, f"{one.name} Q", industry))
    return known


def ask_rules(universe: Universe, market: Market) -> None:
    """Asks a market's rules what Yahoo would have of it. Raises whatever they raise."""
    for one in universe.instruments():
        symbol = _symbol_of(one, market)
        if not isinstance(symbol, str | None):
            raise TypeError(f"yahoo_symbol gave a {type(symbol).__name__}")


def by_industry(known: Iterable[YahooStock]) -> dict[str, list[YahooStock]]:
    """Classified stocks by industry, in the order of their symbols."""
    found: dict[str, list[YahooStock]] = {}
    for stock in sorted(known, key=lambda one: one.symbol):
        if stock.industry:
            found.setdefault(stock.industry, []).append(stock)
    return found


def _industry(one: Instrument, dice: random.Random) -> str | None:
    if one.kind not in _CLASSIFIED:
        return None
    if one.is_spac:
        return "Shell Companies"
    return dice.choice(_INDUSTRIES_BY_CODE[one.true_code].split("|"))


def _symbol_of(one: Instrument, market: Market) -> str | None:
    return market.yahoo_symbol(listing_of(one, market))


def listing_of(one: Instrument, market: Market) -> Listing:
    """The listing that a list with this instrument gives, with the kind that its market says."""
    listing = Listing(
        region=one.region,
        ticker=one.exchange.ticker_prefix + one.symbol,
        name=one.name,
        name_local=one.name_local,
        exchange=one.exchange.mic,
        kis_exchange=one.exchange.kis_code,
        currency=one.currency,
        asset_type=one.asset_type,
        lot_size=one.lot_size,
        kis_sector_code=one.shown_code,
    )
    return with_security_type(listing, market.security_type(listing))

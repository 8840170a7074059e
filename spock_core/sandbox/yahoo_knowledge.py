"""The stocks that the sandbox's Yahoo knows: most of the universe, and some of its own."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import Listing, Market, SecurityType, with_security_type
from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sources.yahoo.names import LISTED_BY

UNKNOWN_SHARE = 0.02
"""Share of listed stocks that Yahoo does not know."""
UNLISTED_SHARE = 0.01
"""Stocks that only Yahoo knows, as a share of the listed stocks it knows."""
_CLASSIFIED = (SecurityType.COMMON, SecurityType.DEPOSITARY_RECEIPT, SecurityType.REIT)
"""Security types for which Yahoo has an industry."""

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
"""Yahoo's industries, separated by `|`, for companies of a KIS sector code."""


@dataclass(frozen=True, slots=True)
class YahooStock:
    """One symbol that the sandbox's Yahoo knows."""

    symbol: str
    exchange: str
    """Yahoo's code: `NMS`."""
    name: str
    industry: str | None
    """None for securities that Yahoo does not classify, such as units and preferred shares."""

    @property
    def sector(self) -> str | None:
        """Yahoo's sector of its industry."""
        return YAHOO_INDUSTRIES[self.industry].sector if self.industry else None


def known_stocks(universe: Universe, markets: Mapping[str, Market]) -> dict[str, YahooStock]:
    """Returns the stocks that Yahoo knows, by symbol; always the same for the same universe.

    For a market that is listed by Yahoo these are exactly the stocks of the universe.
    """
    known: dict[str, YahooStock] = {}
    for instrument in universe.instruments():
        exchange = instrument.exchange
        if not (instrument.is_stock and exchange.yahoo_codes):
            continue
        market = markets[instrument.region]
        symbol = _symbol_of(instrument, market)
        seed = f"yahoo {instrument.region} {instrument.symbol}"
        rng = random.Random(seed)  # noqa: S311  not for cryptography
        unknown = rng.random() < UNKNOWN_SHARE
        if market.listed_by == LISTED_BY:
            symbol, unknown = symbol or f"{instrument.symbol}{exchange.yahoo_suffix}", False
        if symbol is None or unknown:
            continue
        code = rng.choice(exchange.yahoo_codes)
        known[symbol] = YahooStock(symbol, code, instrument.name, _industry(instrument, rng))
        if rng.random() < UNLISTED_SHARE and market.listed_by != LISTED_BY:
            unlisted = f"{symbol.split('.')[0]}Q{exchange.yahoo_suffix}"
            industry = rng.choice(sorted(YAHOO_INDUSTRIES))
            name = f"{instrument.name} Q"
            known.setdefault(unlisted, YahooStock(unlisted, code, name, industry))
    return known


def check_symbol_rule(universe: Universe, market: Market) -> None:
    """Calls the market's symbol rule for all instruments.

    Raises what the rule raises, and `TypeError` if it returns anything but text or None.
    """
    for instrument in universe.instruments():
        symbol = _symbol_of(instrument, market)
        if not isinstance(symbol, str | None):
            raise TypeError(f"yahoo_symbol returned a {type(symbol).__name__}")


def group_by_industry(stocks: Iterable[YahooStock]) -> dict[str, list[YahooStock]]:
    """Returns the classified stocks by industry, sorted by symbol."""
    groups: dict[str, list[YahooStock]] = {}
    for stock in sorted(stocks, key=lambda stock: stock.symbol):
        if stock.industry:
            groups.setdefault(stock.industry, []).append(stock)
    return groups


def _industry(instrument: Instrument, rng: random.Random) -> str | None:
    if instrument.kind not in _CLASSIFIED:
        return None
    if instrument.is_spac:
        return "Shell Companies"
    return rng.choice(_INDUSTRIES_BY_CODE[instrument.true_code].split("|"))


def _symbol_of(instrument: Instrument, market: Market) -> str | None:
    return market.yahoo_symbol(listing_of(instrument, market))


def listing_of(instrument: Instrument, market: Market) -> Listing:
    """Returns the listing of an instrument, with the security type by the market's rule."""
    listing = Listing(
        region=instrument.region,
        ticker=instrument.exchange.ticker_prefix + instrument.symbol,
        name=instrument.name,
        name_local=instrument.name_local,
        exchange=instrument.exchange.mic,
        kis_exchange=instrument.exchange.kis_code,
        currency=instrument.currency,
        asset_type=instrument.asset_type,
        lot_size=instrument.lot_size,
        kis_sector_code=instrument.shown_code,
    )
    return with_security_type(listing, market.security_type(listing))

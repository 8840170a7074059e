"""The meaning of each of Yahoo's industries in GICS, with a confidence.

Industries and sectors are spelled as in Yahoo's quoteSummary answers (`Banks - Regional`), as of
yfinance 1.7. The confidence is measured as in `kis_codes.py`; it is 0.9 for industries of which no
stock could be measured. A row has a reason if GICS differs from Yahoo's own sector, or has changed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple


class YahooIndustry(NamedTuple):
    """One of Yahoo's industries and its meaning."""

    name: str
    sector: str
    """Yahoo's own sector, which is not a GICS sector."""
    gics_code: str
    """As deep as the industry determines: 2 digits a sector, 4 an industry group, 6 an industry."""
    confidence: float
    """Share of its stocks whose official GICS sector is this one, 0 to 1."""
    reason: str = ""


_ROWS = (
    YahooIndustry("Agricultural Inputs", "Basic Materials", "151010", 0.82),
    YahooIndustry("Aluminum", "Basic Materials", "151040", 0.99),
    YahooIndustry("Building Materials", "Basic Materials", "151020", 0.88),
    YahooIndustry("Chemicals", "Basic Materials", "151010", 0.99),
    YahooIndustry("Coking Coal", "Basic Materials", "151040", 0.98),
    YahooIndustry("Copper", "Basic Materials", "151040", 0.97),
    YahooIndustry("Gold", "Basic Materials", "151040", 0.98),
    YahooIndustry("Lumber & Wood Production", "Basic Materials", "151050", 0.9),
    YahooIndustry("Other Industrial Metals & Mining", "Basic Materials", "151040", 0.98),
    YahooIndustry("Other Precious Metals & Mining", "Basic Materials", "151040", 0.97),
    YahooIndustry("Paper & Paper Products", "Basic Materials", "151050", 0.98),
    YahooIndustry("Silver", "Basic Materials", "151040", 0.9),
    YahooIndustry("Specialty Chemicals", "Basic Materials", "151010", 0.94),
    YahooIndustry("Steel", "Basic Materials", "151040", 0.9),
    YahooIndustry("Advertising Agencies", "Communication Services", "502010", 0.85),
    YahooIndustry("Broadcasting", "Communication Services", "502010", 0.98),
    YahooIndustry("Electronic Gaming & Multimedia", "Communication Services", "502020", 0.99),
    YahooIndustry("Entertainment", "Communication Services", "5020", 0.99),
    YahooIndustry("Internet Content & Information", "Communication Services", "502030", 0.82),
    YahooIndustry("Publishing", "Communication Services", "502010", 0.95),
    YahooIndustry("Telecom Services", "Communication Services", "5010", 0.81),
    YahooIndustry("Apparel Manufacturing", "Consumer Cyclical", "252030", 0.9),
    YahooIndustry("Apparel Retail", "Consumer Cyclical", "255040", 0.99),
    YahooIndustry("Auto & Truck Dealerships", "Consumer Cyclical", "255040", 0.74),
    YahooIndustry("Auto Manufacturers", "Consumer Cyclical", "251020", 0.93),
    YahooIndustry("Auto Parts", "Consumer Cyclical", "251010", 0.91),
    YahooIndustry(
        "Department Stores",
        "Consumer Cyclical",
        "255030",
        0.56,
        "many department stores also sell food: Consumer Staples since 2023",
    ),
    YahooIndustry("Footwear & Accessories", "Consumer Cyclical", "252030", 0.98),
    YahooIndustry("Furnishings, Fixtures & Appliances", "Consumer Cyclical", "252010", 0.86),
    YahooIndustry("Gambling", "Consumer Cyclical", "253010", 0.99),
    YahooIndustry("Home Improvement Retail", "Consumer Cyclical", "255040", 0.97),
    YahooIndustry("Internet Retail", "Consumer Cyclical", "255030", 0.81),
    YahooIndustry("Leisure", "Consumer Cyclical", "25", 0.99),
    YahooIndustry("Lodging", "Consumer Cyclical", "253010", 0.97),
    YahooIndustry("Luxury Goods", "Consumer Cyclical", "252030", 0.9),
    YahooIndustry(
        "Packaging & Containers", "Consumer Cyclical", "151030", 0.89, "Materials in GICS"
    ),
    YahooIndustry("Personal Services", "Consumer Cyclical", "253020", 0.78),
    YahooIndustry("Recreational Vehicles", "Consumer Cyclical", "25", 0.98),
    YahooIndustry("Residential Construction", "Consumer Cyclical", "252010", 0.99),
    YahooIndustry("Resorts & Casinos", "Consumer Cyclical", "253010", 0.99),
    YahooIndustry("Restaurants", "Consumer Cyclical", "253010", 0.99),
    YahooIndustry("Specialty Retail", "Consumer Cyclical", "255040", 0.9),
    YahooIndustry("Textile Manufacturing", "Consumer Cyclical", "252030", 0.73),
    YahooIndustry("Travel Services", "Consumer Cyclical", "253010", 0.99),
    YahooIndustry("Beverages - Brewers", "Consumer Defensive", "302010", 0.98),
    YahooIndustry("Beverages - Non-Alcoholic", "Consumer Defensive", "302010", 0.99),
    YahooIndustry("Beverages - Wineries & Distilleries", "Consumer Defensive", "302010", 0.98),
    YahooIndustry("Confectioners", "Consumer Defensive", "302020", 0.98),
    YahooIndustry("Discount Stores", "Consumer Defensive", "301010", 0.97),
    YahooIndustry(
        "Education & Training Services",
        "Consumer Defensive",
        "253020",
        0.99,
        "Consumer Discretionary in GICS",
    ),
    YahooIndustry("Farm Products", "Consumer Defensive", "302020", 0.85),
    YahooIndustry("Food Distribution", "Consumer Defensive", "301010", 0.95),
    YahooIndustry("Grocery Stores", "Consumer Defensive", "301010", 0.86),
    YahooIndustry("Household & Personal Products", "Consumer Defensive", "3030", 0.9),
    YahooIndustry("Packaged Foods", "Consumer Defensive", "302020", 0.99),
    YahooIndustry("Tobacco", "Consumer Defensive", "302030", 0.98),
    YahooIndustry("Oil & Gas Drilling", "Energy", "101010", 0.98),
    YahooIndustry("Oil & Gas E&P", "Energy", "101020", 0.99),
    YahooIndustry("Oil & Gas Equipment & Services", "Energy", "101010", 0.91),
    YahooIndustry("Oil & Gas Integrated", "Energy", "101020", 0.78),
    YahooIndustry("Oil & Gas Midstream", "Energy", "101020", 0.99),
    YahooIndustry("Oil & Gas Refining & Marketing", "Energy", "101020", 0.86),
    YahooIndustry("Thermal Coal", "Energy", "101020", 0.86),
    YahooIndustry("Uranium", "Energy", "101020", 0.97),
    YahooIndustry("Asset Management", "Financial Services", "402030", 0.99),
    YahooIndustry("Banks - Diversified", "Financial Services", "401010", 0.98),
    YahooIndustry("Banks - Regional", "Financial Services", "401010", 0.99),
    YahooIndustry("Capital Markets", "Financial Services", "402030", 0.88),
    YahooIndustry("Credit Services", "Financial Services", "4020", 0.99),
    YahooIndustry("Financial Conglomerates", "Financial Services", "4020", 0.97),
    YahooIndustry("Financial Data & Stock Exchanges", "Financial Services", "402030", 0.98),
    YahooIndustry("Insurance - Diversified", "Financial Services", "403010", 0.98),
    YahooIndustry("Insurance - Life", "Financial Services", "403010", 0.99),
    YahooIndustry("Insurance - Property & Casualty", "Financial Services", "403010", 0.99),
    YahooIndustry("Insurance - Reinsurance", "Financial Services", "403010", 0.97),
    YahooIndustry("Insurance - Specialty", "Financial Services", "403010", 0.98),
    YahooIndustry("Insurance Brokers", "Financial Services", "403010", 0.98),
    YahooIndustry("Mortgage Finance", "Financial Services", "40", 0.98),
    YahooIndustry("Shell Companies", "Financial Services", "40", 0.9),
    YahooIndustry("Biotechnology", "Healthcare", "352010", 0.99),
    YahooIndustry("Diagnostics & Research", "Healthcare", "35", 0.99),
    YahooIndustry("Drug Manufacturers - General", "Healthcare", "352020", 0.99),
    YahooIndustry("Drug Manufacturers - Specialty & Generic", "Healthcare", "352020", 0.95),
    YahooIndustry("Health Information Services", "Healthcare", "351030", 0.99),
    YahooIndustry("Healthcare Plans", "Healthcare", "351020", 0.78),
    YahooIndustry("Medical Care Facilities", "Healthcare", "351020", 0.92),
    YahooIndustry("Medical Devices", "Healthcare", "351010", 0.99),
    YahooIndustry("Medical Distribution", "Healthcare", "351020", 0.99),
    YahooIndustry("Medical Instruments & Supplies", "Healthcare", "351010", 0.95),
    YahooIndustry(
        "Pharmaceutical Retailers", "Healthcare", "301010", 0.74, "drug stores are Staples in GICS"
    ),
    YahooIndustry("Aerospace & Defense", "Industrials", "201010", 0.99),
    YahooIndustry("Airlines", "Industrials", "203020", 0.98),
    YahooIndustry("Airports & Air Services", "Industrials", "203050", 0.95),
    YahooIndustry("Building Products & Equipment", "Industrials", "201020", 0.84),
    YahooIndustry("Business Equipment & Supplies", "Industrials", "202010", 0.66),
    YahooIndustry("Conglomerates", "Industrials", "201050", 0.66),
    YahooIndustry("Consulting Services", "Industrials", "202020", 0.99),
    YahooIndustry("Electrical Equipment & Parts", "Industrials", "201040", 0.83),
    YahooIndustry("Engineering & Construction", "Industrials", "201030", 0.99),
    YahooIndustry("Farm & Heavy Construction Machinery", "Industrials", "201060", 0.93),
    YahooIndustry("Industrial Distribution", "Industrials", "201070", 0.99),
    YahooIndustry("Infrastructure Operations", "Industrials", "203050", 0.98),
    YahooIndustry("Integrated Freight & Logistics", "Industrials", "2030", 0.99),
    YahooIndustry("Marine Shipping", "Industrials", "203030", 0.82, "tanker owners are Energy"),
    YahooIndustry("Metal Fabrication", "Industrials", "201060", 0.7),
    YahooIndustry("Pollution & Treatment Controls", "Industrials", "2010", 0.82),
    YahooIndustry("Railroads", "Industrials", "203040", 0.99),
    YahooIndustry("Rental & Leasing Services", "Industrials", "20", 0.88),
    YahooIndustry("Security & Protection Services", "Industrials", "202010", 0.69),
    YahooIndustry("Specialty Business Services", "Industrials", "2020", 0.66),
    YahooIndustry("Specialty Industrial Machinery", "Industrials", "201060", 0.94),
    YahooIndustry("Staffing & Employment Services", "Industrials", "202020", 0.81),
    YahooIndustry("Tools & Accessories", "Industrials", "201060", 0.99),
    YahooIndustry("Trucking", "Industrials", "203040", 0.99),
    YahooIndustry("Waste Management", "Industrials", "202010", 0.95),
    YahooIndustry("REIT - Diversified", "Real Estate", "6010", 0.99),
    YahooIndustry("REIT - Healthcare Facilities", "Real Estate", "601050", 0.99),
    YahooIndustry("REIT - Hotel & Motel", "Real Estate", "601030", 0.99),
    YahooIndustry("REIT - Industrial", "Real Estate", "601025", 0.99),
    YahooIndustry(
        "REIT - Mortgage", "Real Estate", "402040", 0.99, "mortgage REITs are Financials in GICS"
    ),
    YahooIndustry("REIT - Office", "Real Estate", "601040", 0.89),
    YahooIndustry("REIT - Residential", "Real Estate", "601060", 0.98),
    YahooIndustry("REIT - Retail", "Real Estate", "601070", 0.99),
    YahooIndustry("REIT - Specialty", "Real Estate", "601080", 0.66),
    YahooIndustry("Real Estate - Development", "Real Estate", "602010", 0.99),
    YahooIndustry("Real Estate - Diversified", "Real Estate", "602010", 0.98),
    YahooIndustry("Real Estate Services", "Real Estate", "602010", 0.99),
    YahooIndustry("Communication Equipment", "Technology", "452010", 0.95),
    YahooIndustry("Computer Hardware", "Technology", "452020", 0.99),
    YahooIndustry(
        "Consumer Electronics",
        "Technology",
        "252010",
        0.59,
        "most are Discretionary in GICS, but phone makers are IT",
    ),
    YahooIndustry("Electronic Components", "Technology", "452030", 0.91),
    YahooIndustry("Electronics & Computer Distribution", "Technology", "452030", 0.48),
    YahooIndustry(
        "Information Technology Services",
        "Technology",
        "451020",
        0.69,
        "payments and outsourced data processing left IT in 2023",
    ),
    YahooIndustry("Scientific & Technical Instruments", "Technology", "452030", 0.81),
    YahooIndustry("Semiconductor Equipment & Materials", "Technology", "453010", 0.99),
    YahooIndustry("Semiconductors", "Technology", "453010", 0.99),
    YahooIndustry("Software - Application", "Technology", "451030", 0.8),
    YahooIndustry("Software - Infrastructure", "Technology", "451030", 0.87),
    YahooIndustry("Solar", "Technology", "45", 0.82),
    YahooIndustry("Utilities - Diversified", "Utilities", "551030", 0.99),
    YahooIndustry("Utilities - Independent Power Producers", "Utilities", "551050", 0.98),
    YahooIndustry("Utilities - Regulated Electric", "Utilities", "551010", 0.99),
    YahooIndustry("Utilities - Regulated Gas", "Utilities", "551020", 0.99),
    YahooIndustry("Utilities - Regulated Water", "Utilities", "551040", 0.99),
    YahooIndustry("Utilities - Renewable", "Utilities", "551050", 0.99),
)

YAHOO_INDUSTRIES = MappingProxyType({row.name: row for row in _ROWS})
"""The rows by industry."""

YAHOO_SECTORS = MappingProxyType(
    {
        "Basic Materials": "15",
        "Communication Services": "50",
        "Consumer Cyclical": "25",
        "Consumer Defensive": "30",
        "Energy": "10",
        "Financial Services": "40",
        "Healthcare": "35",
        "Industrials": "20",
        "Real Estate": "60",
        "Technology": "45",
        "Utilities": "55",
    }
)
"""GICS sector code by Yahoo's sector; right for about nine of ten stocks."""

"""The words of a company's name that tell its business.

A company that changes its name and keeps its business rarely adds such a word, while the next
company under a ticker often has a similar name with one (`Nova`, `Nova Minerals`). The words are
those of GICS's sectors and industries, and what companies of these industries call themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_BY_SECTOR = {
    "Energy": """COAL DRILLING ENERG- FUEL- GAS MIDSTREAM OIL- PETRO- PIPELINE REFIN- URANIUM""",
    "Materials": """ALUMIN- ANTIMONY CEMENT CHEMI- COBALT COPPER DIAMOND FERTILIZER FOREST-
        -GOLD GRAPHITE IRON LITHIUM LUMBER MATERIAL METAL- MINE MINERAL MINING NICKEL PACKAGING
        PALLADIUM PAPER PLASTIC PLATINUM POTASH SILVER -STEEL TIMBER TIN TITANIUM TUNGSTEN VANADIUM
        ZINC""",
    "Industrials": """AERO- AIR AIRLINE AIRWAY AVIATION BUILDING CONSTRUCTION DEFEN[CS]E
        ENGINEERING ENVIRONMENTAL FREIGHT LEASING LOGISTIC MACHINE- MANUFACTUR- MARINE MARITIME
        RAIL- ROBOTIC SHIPPING STAFFING TANKER TRANSPORT- TRUCK- WASTE""",
    "Consumer Discretionary": """APPAREL AUTO- CASINO CRUISE EDUCATION FASHION FOOTWEAR FURNITURE
        GAMING HOME HOTEL JEWEL- LEISURE LUXURY MOTOR RESORT RESTAURANT RETAIL- STORE TRAVEL
        VEHICLE""",
    "Consumer Staples": """AGRI- BEAUTY BEVERAGE BREW- CANNABIS COSMETIC FARM- FOOD- GROCER-
        NUTRITION SUPERMARKET TOBACCO WINE-""",
    "Health Care": """BIO- CARDIO- CLINICAL DENTAL DIAGNOSTIC DRUG GENETIC GENOM- HEALTH- HOSPITAL
        IMMUN- LABORATORY LIFE- MEDIC- MEDTECH NEURO- ONCO- ORTHO- -PHARM- SCIENCE SURGICAL
        -THERAP- VACCIN-""",
    "Financials": """ACQUISITION ASSET BANCO -BANCORP BANCSHARE BANK- CAPITAL CREDIT FINANC- FUND
        INSURANCE INVEST- LENDING MORTGAGE PAYMENT REINSURANCE SAVINGS -TRUST""",
    "Information Technology": """BITCOIN BLOCKCHAIN COMPUT- CRYPTO- CYBER- ELECTRONIC HARDWARE
        PHOTONIC QUANTUM SEMICONDUCTOR -SOFTWARE""",
    "Communication Services": """ADVERTISING BROADBAND BROADCAST- CABLE COMMUNICATION ENTERTAINMENT
        INTERNET MEDIA MUSIC PICTURE PUBLISHING RADIO SATELLITE STUDIO TELECOM- TELEVISION
        WIRELESS""",
    "Utilities": """ELECTRIC- HYDRO- NUCLEAR POWER RENEWABLE SOLAR UTILIT- WATER WIND""",
    "Real Estate": """ESTATE LAND OFFICE PROPERT- REALTY REIT RESIDENTIAL STORAGE""",
}
"""By the GICS sector where most of them are. `-` stands for any letters."""
_PATTERN = re.compile("|".join(" ".join(_BY_SECTOR.values()).split()).replace("-", "[A-Z]*"))


def business_words(words: Iterable[str]) -> list[str]:
    """Returns those of some words in capitals and in the singular that tell a business, sorted."""
    return sorted(word for word in words if _PATTERN.fullmatch(word))

"""Words of made-up company names, and how often each sector occurs."""

from __future__ import annotations

CODE_WEIGHTS = {
    "010": 179, "110": 280, "120": 55, "130": 188, "140": 83, "210": 37, "220": 246, "230": 450,
    "240": 21, "250": 114, "260": 193, "270": 47, "280": 34, "290": 89, "310": 26, "320": 131,
    "330": 134, "340": 90, "350": 210, "360": 59, "370": 174, "380": 251, "410": 218, "420": 55,
    "430": 72, "510": 179, "520": 156, "530": 187, "610": 193, "620": 60, "630": 356, "640": 229,
    "710": 99, "720": 356, "730": 292, "740": 76, "810": 27, "820": 14, "910": 39, "920": 22,
    "930": 82,
}  # fmt: skip
"""Weights of the KIS sector codes: their number in the five markets' master files of 2025."""

SECTOR_WORDS = {
    "010": "PETROLEUM", "110": "CHEMICAL", "120": "CEMENT", "130": "MINING", "140": "PACKAGING",
    "210": "AEROSPACE", "220": "CONSTRUCTION", "230": "MACHINERY", "240": "INDUSTRIES",
    "250": "TRADING", "260": "SERVICES", "270": "AIRLINES", "280": "SHIPPING", "290": "LOGISTICS",
    "310": "MOTOR", "320": "AUTO PARTS", "330": "APPAREL", "340": "HOME PRODUCTS",
    "350": "HOTELS", "360": "EDUCATION", "370": "MEDIA", "380": "STORES", "410": "FOODS",
    "420": "COSMETICS", "430": "GROCERS", "510": "MEDICAL", "520": "PHARMA", "530": "BIOSCIENCES",
    "610": "BANK", "620": "INSURANCE", "630": "REALTY", "640": "CAPITAL",
    "710": "SEMICONDUCTOR", "720": "SOFTWARE", "730": "ELECTRONICS", "740": "COMPONENTS",
    "810": "TELECOM", "820": "MOBILE", "910": "ELECTRIC POWER", "920": "GAS", "930": "WATER",
}  # fmt: skip

SYLLABLES = (
    "AL", "BRA", "CEN", "DOR", "EL", "FEN", "GAL", "HAR", "IN", "JUN", "KEL", "LOR", "MER", "NOR",
    "OST", "PEL", "QUIN", "RAV", "SOL", "TAN", "UL", "VER", "WES", "XAN", "YOR", "ZEN",
    "DA", "RO", "MI", "TU", "VE", "KO", "LA", "NE", "SU", "PI",
)  # fmt: skip

HANGUL = (
    "가", "나", "다", "라", "마", "바", "사", "아", "자", "차", "카", "타", "파", "하", "로", "미",
    "소", "우", "지", "테", "크", "이", "시", "노", "리", "도", "모", "벨", "켄", "렌", "손", "틴",
)  # fmt: skip

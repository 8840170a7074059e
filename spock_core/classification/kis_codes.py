"""The meaning of each KIS sector code in GICS, with a confidence and a reason.

KIS uses one scheme of its own for all markets; it resembles GICS as of before 2018. The
meanings are inferred from the stocks of each code. The confidence is the share of stocks with the
code whose official GICS sector is the one named here, measured with the sectors of fund holdings of
2025-11. It is smoothed for codes with few stocks: one right and a tenth of a wrong answer are added
to the counts. `benchmarks/confidences.py` measures it again and prints the rows that differ.
"""

from __future__ import annotations

from types import MappingProxyType

from spock_core.domain import KisMeaning

NOT_CLASSIFIED = "000"
"""KIS has not assigned a sector code."""
MAY_BE_A_SHELL = "640"
"""Blank-cheque companies have this code or none, because KIS has no code of their own; a stock with
any other code has a business."""

_ROWS = (
    KisMeaning("010", "Energy", "1010", 0.94, "oil, gas, coal, services; a few gas utilities"),
    KisMeaning("110", "Chemicals", "151010", 0.98, "one GICS industry"),
    KisMeaning("120", "Construction materials", "151020", 0.99, "one GICS industry"),
    KisMeaning("130", "Metals and mining", "151040", 0.92, "a few fabricators are Industrials"),
    KisMeaning("140", "Containers, packaging, paper", "1510", 0.93, "two industries, one group"),
    KisMeaning("210", "Aerospace and defense", "201010", 0.94, "one GICS industry"),
    KisMeaning("220", "Building, construction", "2010", 0.93, "home builders are Discretionary"),
    KisMeaning("230", "Electrical equipment, machinery", "2010", 0.94, "a few electronics are IT"),
    KisMeaning("240", "Industrial conglomerates", "201050", 0.98, "one GICS industry"),
    KisMeaning("250", "Trading companies", "201070", 0.92, "fuel traders are Energy"),
    KisMeaning(
        "260", "Commercial, professional services", "2020", 0.91, "except services to one sector"
    ),
    KisMeaning("270", "Air freight and airlines", "2030", 0.99, "two industries, one group"),
    KisMeaning("280", "Marine", "203030", 0.84, "tanker owners are Energy"),
    KisMeaning("290", "Road, rail, infrastructure", "2030", 0.99, "two industries, one group"),
    KisMeaning("310", "Automobiles", "251020", 0.99, "one GICS industry"),
    KisMeaning("320", "Auto components", "251010", 0.99, "one GICS industry"),
    KisMeaning(
        "330", "Textiles, apparel, leisure", "2520", 0.95, "some games moved to Comm. in 2018"
    ),
    KisMeaning("340", "Household durables", "252010", 0.82, "some electronics are IT"),
    KisMeaning("350", "Hotels, restaurants, leisure", "253010", 0.99, "one GICS industry"),
    KisMeaning("360", "Diversified consumer services", "253020", 0.99, "one GICS industry"),
    KisMeaning("370", "Media and entertainment", "5020", 0.97, "Discretionary until 2018"),
    KisMeaning("380", "Retailing and distribution", "2550", 0.92, "food and drugs moved in 2023"),
    KisMeaning("410", "Food, beverage, tobacco", "3020", 0.98, "one GICS group"),
    KisMeaning("420", "Household, personal products", "3030", 0.99, "one GICS group"),
    KisMeaning("430", "Food and staples retailing", "301010", 0.99, "one GICS industry"),
    KisMeaning("510", "Health care equipment, services", "3510", 0.99, "one GICS group"),
    KisMeaning("520", "Pharmaceuticals", "3520", 0.95, "ingredient makers are Materials"),
    KisMeaning("530", "Biotechnology, life sciences", "3520", 0.99, "one GICS group"),
    KisMeaning("610", "Banks", "401010", 0.99, "one GICS industry"),
    KisMeaning("620", "Insurance", "403010", 0.99, "one GICS industry"),
    KisMeaning(
        "630",
        "Real estate",
        "60",
        0.81,
        "cannot decide alone: mortgage REITs are Financials, hotel owners Discretionary; "
        "and a REIT and a developer are two groups",
    ),
    KisMeaning("640", "Diversified financials", "4020", 0.97, "one GICS group"),
    KisMeaning("710", "Semiconductors", "453010", 0.99, "one GICS industry"),
    KisMeaning(
        "720",
        "Software and services",
        "45",
        0.70,
        "cannot decide alone: internet media moved to Communication Services in 2018, "
        "payments to Financials and outsourced data processing to Industrials in 2023",
    ),
    KisMeaning("730", "Technology hardware", "4520", 0.98, "one GICS group"),
    KisMeaning("740", "Electronic equipment, components", "452030", 0.94, "one GICS industry"),
    KisMeaning("810", "Diversified telecommunication", "501010", 0.88, "equipment makers are IT"),
    KisMeaning("820", "Wireless telecommunication", "501020", 0.98, "one GICS industry"),
    KisMeaning("910", "Electric utilities", "551010", 0.99, "one GICS industry"),
    KisMeaning("920", "Gas utilities", "551020", 0.98, "one GICS industry"),
    KisMeaning("930", "Water, multi-utilities, power", "5510", 0.96, "three industries, one group"),
)

KIS_MEANINGS = MappingProxyType({row.code: row for row in _ROWS})
"""The meanings by KIS code, without `000`, which means nothing."""

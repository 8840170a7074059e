"""Countries, currencies and exchanges: ISO 3166, ISO 4217, ISO 10383, and Yahoo's codes."""

from __future__ import annotations

from functools import cache

import pycountry


def country_name(region: str) -> str | None:
    """Returns the common name of a country by its ISO 3166 alpha-2 code, or None."""
    country = pycountry.countries.get(alpha_2=region)
    if country is None:
        return None
    return str(getattr(country, "common_name", None) or country.name)


def currency_name(code: str) -> str | None:
    """Returns the name of a currency by its ISO 4217 code, or None."""
    currency = pycountry.currencies.get(alpha_3=code)
    return None if currency is None else str(currency.name)


def _country(entry: object) -> str:
    """Returns an ISO 3166 code. The enum writes `in_` and `is_`, as Python reserves these words."""
    return str(getattr(entry, "name", "")).rstrip("_").upper()


@cache
def mics() -> dict[str, tuple[str, str, bool]]:
    """Returns name, country and whether it is in use, by MIC, from the installed `iso10383`."""
    from iso10383 import MIC, Status

    return {
        entry.mic: (
            entry.market_name,
            _country(entry.iso_country_code),
            entry.status is not Status.expired,
        )
        for entry in (member.value for member in MIC)
    }


@cache
def yahoo_exchanges() -> dict[str, frozenset[str]]:
    """Returns Yahoo's exchange codes by country in lower case, from the installed yfinance."""
    from yfinance.const import EQUITY_SCREENER_EQ_MAP

    found: dict[str, set[str]] = EQUITY_SCREENER_EQ_MAP["exchange"]
    return {country: frozenset(codes) for country, codes in found.items()}


def currency_of(region: str) -> str | None:
    """Returns the currency with the same number in ISO 4217 as the country in ISO 3166, or None."""
    country = pycountry.countries.get(alpha_2=region)
    if country is None:
        return None
    currency = pycountry.currencies.get(numeric=country.numeric)
    return None if currency is None else str(currency.alpha_3)


@cache
def yahoo_suffixes() -> dict[str, str]:
    """Returns what Yahoo puts behind symbols, with its dot, by MIC.

    Read from a private table of yfinance, which has no public one; empty if it is gone.
    """
    from yfinance import const

    found: dict[str, str] = getattr(const, "_MIC_TO_YAHOO_SUFFIX", {})
    return {mic: f".{suffix}" if suffix else "" for mic, suffix in found.items()}


def venues_of(region: str) -> list[str]:
    """Returns the MICs of a country's venues whose symbols Yahoo has, in alphabetical order."""
    known = mics()
    return [
        mic for mic in sorted(yahoo_suffixes()) if known.get(mic, ("", "", 0))[1:] == (region, True)
    ]

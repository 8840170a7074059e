"""The codes of the world: ISO 3166, ISO 4217, ISO 10383, and Yahoo's exchanges."""

from __future__ import annotations

from functools import cache

import pycountry


def country_name(region: str) -> str | None:
    """The country of an ISO 3166 alpha-2 code, as people call it; None where there is none."""
    country = pycountry.countries.get(alpha_2=region)
    if country is None:
        return None
    return str(getattr(country, "common_name", None) or country.name)


def currency_name(code: str) -> str | None:
    """The name of an ISO 4217 code; None where there is none."""
    currency = pycountry.currencies.get(alpha_3=code)
    return None if currency is None else str(currency.name)


def _country(entry: object) -> str:
    """ISO 3166 code; the enum's names of India and Iceland have a `_`: `in` and `is` are taken."""
    return str(getattr(entry, "name", "")).rstrip("_").upper()


@cache
def mics() -> dict[str, tuple[str, str, bool]]:
    """Name, country and whether it is in use, by MIC, as the installed `iso10383` has them."""
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
    """Yahoo's codes of exchanges by country, in lower case, as the installed yfinance has them."""
    from yfinance.const import EQUITY_SCREENER_EQ_MAP

    found: dict[str, set[str]] = EQUITY_SCREENER_EQ_MAP["exchange"]
    return {country: frozenset(codes) for country, codes in found.items()}


def currency_of(region: str) -> str | None:
    """The currency of a country where ISO 4217 numbers it as ISO 3166 numbers the country."""
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
    """MICs of a country's venues of which Yahoo carries symbols."""
    known = mics()
    return [
        mic for mic in sorted(yahoo_suffixes()) if known.get(mic, ("", "", 0))[1:] == (region, True)
    ]

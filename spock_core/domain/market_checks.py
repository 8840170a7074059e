"""Whether what a market states of itself can be. Raises `ValueError`, naming the fault.

Knows nobody, not even the values that it looks at: those call it when they are made.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

LONGEST_NAME = 200
LONGEST_ADDRESS = 2_000
MOST_SHARES = 2**31 - 1
"""What a register's column holds."""


def check_market(market: Any) -> None:
    """Name, priority and rules of a market."""
    what = f"Market.{{}} is {{!r}}: {{}} (region {market.region})"
    if type(market.priority) is not int:
        raise ValueError(what.format("priority", market.priority, "give a whole number"))
    if not _is_line(market.name, LONGEST_NAME):
        mend = "say what people call the market, on one line"
        raise ValueError(what.format("name", market.name, mend))
    for rule in ("yahoo_symbol", "security_type", "is_spac", "issuer_tickers", "is_counter"):
        if not callable(getattr(market, rule)):
            raise ValueError(what.format(rule, getattr(market, rule), "give a function"))


def check_exchange(one: Any, region: str) -> None:
    """The facts of an exchange."""
    for value, form, what in (
        (one.mic, r"[A-Z0-9]{4}", "a MIC"),
        (one.currency, r"[A-Z]{3}", "a currency"),
        ("AAA" if one.kis_code is None else one.kis_code, r"[A-Z]{3}", "a KIS code"),
    ):
        if not _has_form(value, form):
            raise ValueError(f"market {region}: {value!r} is not {what}")
    codes = one.yahoo_codes
    good = {
        "name": _is_line(one.name, LONGEST_NAME),
        "yahoo_codes": isinstance(codes, tuple)
        and all(_has_form(code, r"[A-Z0-9]{2,5}") for code in codes),
        "yahoo_suffix": _has_form(one.yahoo_suffix, r"(\.[A-Z0-9]{1,4})?"),
        "lot_size": type(one.lot_size) is int and 1 <= one.lot_size <= MOST_SHARES,
        "ticker_prefix": _has_form(one.ticker_prefix, r"[A-Z0-9]{0,6}"),
        "list_address": one.list_address is None or _is_address(one.list_address),
    }
    for name, is_good in good.items():
        if not is_good:
            value = "…" if name == "list_address" else repr(getattr(one, name))  # has passwords
            raise ValueError(
                f"exchange {one.kis_code or one.mic}: {name} is {value}: {_MEND[name]}"
            )


_MEND = {
    "name": "name the venue",
    "yahoo_codes": 'give a tuple of Yahoo\'s codes, ("TAI",) with its comma',
    "yahoo_suffix": 'give a dot and letters, ".TW", or nothing',
    "lot_size": "give the shares in a lot, 1 or more",
    "ticker_prefix": "give a few capitals, or nothing",
    "list_address": "give a web address, a file: URL of this machine or a path",
}


def _is_line(value: object, longest: int) -> bool:
    return (
        isinstance(value, str)
        and value.isprintable()
        and 0 < len(value.strip()) <= len(value) <= longest
    )


def _has_form(value: object, form: str) -> bool:
    return isinstance(value, str) and re.fullmatch(form, value) is not None


def _is_address(value: object) -> bool:
    if value == "":
        return True  # none; whether the listing source needs one is looked at elsewhere
    if not (isinstance(value, str) and _is_line(value, LONGEST_ADDRESS)):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme.lower() != "file" or parts.netloc in ("", "localhost")

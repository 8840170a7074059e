"""What a market may state of itself: a table of fields, each with what it accepts and what to give.

`Market` and `Exchange` are checked by it, and so are the answers to `spock new-market`, the lines
of lists and the contracts of the test kit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from spock_core.domain.bounds import LONGEST_NAME, is_lot_size

LONGEST_ADDRESS = 2_000
LONGEST_REASON = 1_000


class Fact(NamedTuple):
    """One field of a market, or of one of its exchanges."""

    accepts: Callable[[object], bool]
    advice: str
    """What to give instead of a value that is not accepted."""


def _text(pattern: str) -> Callable[[object], bool]:
    """Accepts text that matches a regular expression from its first character to its last."""
    form = re.compile(pattern)
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def _is_name(value: object) -> bool:
    return _is_line(value, LONGEST_NAME)


def _is_line(value: object, longest: int) -> bool:
    return (
        isinstance(value, str)
        and value.isprintable()
        and 0 < len(value.strip()) <= len(value) <= longest
    )


def _is_reason(value: object) -> bool:
    return _is_line(value, LONGEST_REASON)


def _are_words(value: object) -> bool:
    return isinstance(value, tuple) and value != () and all(map(_is_reason, value))


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and value is not True and 0 < value <= 1


def _are_factors(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        _is_reason(name) and _is_share(factor) for name, factor in value.items()
    )


def _is_pattern(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(re.compile(value))
    except re.error:
        return False


def _is_address(value: object) -> bool:
    if value == "":
        return True  # as None; `Market` refuses it where the listing source needs an address
    if not (isinstance(value, str) and _is_line(value, LONGEST_ADDRESS)):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme.lower() != "file" or parts.netloc in ("", "localhost")


FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "region": Fact(_text(r"[A-Z]{2}"), "give the two-letter code of ISO 3166, as TW"),
        "name": Fact(_is_name, f"give a name of one line and at most {LONGEST_NAME} characters"),
        "exchanges": Fact(
            lambda value: isinstance(value, tuple) and value != (),
            "give a tuple, with its comma, as (EXCHANGE,)",
        ),
        "priority": Fact(lambda value: type(value) is int, "give a whole number"),
        "listed_by": Fact(
            _text(r"[a-z][a-z0-9_-]{0,31}"), "give the name of a listing source, in small letters"
        ),
        "shells_are_spacs": Fact(lambda value: isinstance(value, bool), "give True or False"),
        "kis_meanings": Fact(
            lambda value: isinstance(value, Mapping), 'give a mapping, as {"630": KisMeaning(…)}'
        ),
        "reliability": Fact(
            _are_factors, 'give factors above 0, at most 1, by provider, as {"yfinance": 0.97}'
        ),
        "judgements": Fact(
            lambda value: isinstance(value, tuple), "give a tuple, with its comma: (Judgement(…),)"
        ),
        "mic": Fact(_text(r"[A-Z0-9]{4}"), "give four letters or digits of ISO 10383, as XTAI"),
        "currency": Fact(_text(r"[A-Z]{3}"), "give the three letters of ISO 4217, as TWD"),
        "kis_code": Fact(_text(r"[A-Z]{3}"), "give KIS's three letters of the list"),
        "yahoo_codes": Fact(
            _text(r"[A-Z0-9]{2,5}"), "give Yahoo's codes of the exchange, in capitals, as TAI"
        ),
        "yahoo_suffix": Fact(
            _text(r"(\.[A-Z0-9]{1,4})?"), "give a dot and up to four capitals, as .TW, or nothing"
        ),
        "lot_size": Fact(is_lot_size, "give the number of shares in a lot, 1 or more"),
        "ticker_prefix": Fact(_text(r"[A-Z0-9]{0,6}"), "give up to six capitals, or nothing"),
        "list_address": Fact(
            _is_address, "give a web address, a file: URL of this machine or a path"
        ),
        "aliases": Fact(
            _text(r"[A-Z0-9]{2,16}"), "give codes of the venue, in capitals and digits, as NYSE"
        ),
        "kis_sector_code": Fact(_text(r"[0-9]{3}"), "give the three digits of a KIS sector code"),
        "meaning": Fact(_is_reason, "give KIS's name of the sector, on one line"),
        "confidence": Fact(_is_share, "give a share above 0, at most 1"),
        "reason": Fact(_is_reason, "say why in a few words, on one line: spock show prints them"),
        "words": Fact(_are_words, 'give what sources say, as a tuple: ("230",)'),
        "pattern": Fact(_is_pattern, "give a regular expression, or nothing"),
    }
)
"""By the name of the field in `Market`, `Exchange`, `Listing`, `KisMeaning` or `Judgement`; the
pattern is `Judgement.name`."""

_OPTIONAL = ("kis_code", "list_address")
"""Fields of an exchange that may be None."""
_RULES = ("yahoo_symbol", "security_type", "is_spac", "issuer_tickers", "is_counter")


def check_market(market: Any) -> None:
    """Checks a market's own fields. Raises `ValueError`, naming the field."""
    for field in ("region", "name", "exchanges", "priority", "listed_by", "shells_are_spacs",
                  "kis_meanings", "reliability", "judgements"):  # fmt: skip
        _check(f"market {market.region}", field, getattr(market, field))
    for rule in _RULES:
        if not callable(getattr(market, rule)):
            value = getattr(market, rule)
            raise ValueError(f"market {market.region}: {rule} is {value!r:.40}: give a function")


def check_exchange(one: Any) -> None:
    """Checks an exchange's fields. Raises `ValueError`, naming the field."""
    what = f"exchange {one.kis_code or one.mic}"
    for field in ("mic", "name", "currency", "kis_code", "yahoo_suffix", "lot_size",
                  "ticker_prefix", "list_address"):  # fmt: skip
        value = getattr(one, field)
        if not (value is None and field in _OPTIONAL):
            _check(what, field, value)
    for field in ("yahoo_codes", "aliases"):
        codes = getattr(one, field)
        if not isinstance(codes, tuple):
            advice = 'give a tuple, with its comma, as ("TAI",)'
            raise ValueError(f"{what}: {field} is {codes!r:.40}: {advice}")
        for code in codes:
            _check(what, field, code)


def _check(what: str, field: str, value: object) -> None:
    if not FACTS[field].accepts(value):
        # an address may have a password in it
        shown = "…" if field == "list_address" else f"{value!r:.40}"
        raise ValueError(f"{what}: {field} is {shown}: {FACTS[field].advice}")

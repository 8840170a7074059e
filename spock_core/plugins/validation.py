"""Checks whether what a plugin brings can be used: its markets, sources and commands.

The loader and the contracts of the test kit call the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from spock_core.classification.gics import is_gics_code
from spock_core.classification.kis_codes import NOT_CLASSIFIED
from spock_core.domain import Judgement, KisMeaning, Market
from spock_core.domain.errors import UsageError
from spock_core.domain.market_checks import FACTS, Fact
from spock_core.plugins.faults import shown, wrong_type

_FACTS = {
    **FACTS,
    "gics_code": Fact(
        lambda value: isinstance(value, str) and is_gics_code(value),
        "give the code of a GICS sector, industry group or industry of 2023",
    ),
    "name": FACTS["pattern"],
}
"""What each field of `KisMeaning` and `Judgement` accepts."""
_NAME_FORM = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_SETTING_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_SETTING_ADVICE = "give small letters with an underscore between words, such as my_source_key"
_TYPE_ADVICE = "give str, int, float or bool, and str for a secret"
_NAME_ADVICE = "give up to 32 small letters and digits"


class MarketFault(NamedTuple):
    """Something in a market that would mislead a run or break it."""

    fault: str
    advice: str
    """What to give instead."""


def check_market(market: Market) -> None:
    """Raises `UsageError` for the first fault of a market."""
    for fault, advice in market_faults(market):
        raise UsageError(f"market {market.region}: {fault}: {advice}")


def market_faults(market: Market) -> Iterator[MarketFault]:
    """Yields what cannot be used of a market's `kis_meanings` and `judgements`.

    `Market` checks its other fields when it is made.
    """
    for code, meaning in market.kis_meanings.items():
        where = f"kis_meanings[{shown(code)}]"
        if not isinstance(meaning, KisMeaning):
            yield MarketFault(f"{where} is {shown(meaning)}", "give a KisMeaning")
            continue
        if not FACTS["kis_sector_code"].accepts(code) or code == NOT_CLASSIFIED:
            advice = f"{FACTS['kis_sector_code'].advice}; {NOT_CLASSIFIED} means nothing"
            yield MarketFault(f"{where} is under {shown(code)}", advice)
        if meaning.code != code:
            yield MarketFault(f"{where} has the code {shown(meaning.code)}", "give the same code")
        yield from _faults(where, meaning, ("gics_code", "confidence", "reason", "meaning"))
    for number, judgement in enumerate(market.judgements):
        where = f"judgements[{number}]"
        if not isinstance(judgement, Judgement):
            yield MarketFault(f"{where} is {shown(judgement)}", "give a Judgement")
            continue
        yield from _faults(where, judgement, ("words", "gics_code", "confidence", "reason", "name"))


def _faults(where: str, one: Any, fields: tuple[str, ...]) -> Iterator[MarketFault]:
    for field in fields:
        value = getattr(one, field)
        if not _FACTS[field].accepts(value):
            yield MarketFault(f"{where}: {field} is {shown(value)}", _FACTS[field].advice)


def check_source(one: Any) -> None:
    """Raises `UsageError` if this is not a `Source`."""
    for what in ("name", "counts_as"):
        value = getattr(one, what, None)
        if not isinstance(value, str) or not _NAME_FORM.fullmatch(value):
            raise UsageError(f"the {what} of a source is {shown(value)}: {_NAME_ADVICE}")
    for what in ("observe", "claim"):
        if not callable(getattr(one, what, None)):
            raise UsageError(f"source {one.name} has no method {what}")


def check_command(one: Any) -> None:
    """Raises `UsageError` if this is not a `Command`."""
    from spock_core.plugins.command import Command

    if not isinstance(one, Command):
        raise UsageError(wrong_type(one, Command))
    if not isinstance(one.name, str) or not _NAME_FORM.fullmatch(one.name):
        raise UsageError(f"the name of a command is {shown(one.name)}: {_NAME_ADVICE}")
    if not isinstance(one.help, str) or not callable(one.configure) or not callable(one.run):
        raise UsageError(f"command {one.name} lacks help, configure or run")


def check_setting(one: Any) -> None:
    """Raises `UsageError` if this is not a `Setting` that can stand beside core's."""
    from spock_core.settings.model import Settings  # not needed for help
    from spock_core.settings.setting import Setting

    if not isinstance(one, Setting):
        raise UsageError(wrong_type(one, Setting))
    if not isinstance(one.name, str) or not _SETTING_NAME.fullmatch(one.name):
        raise UsageError(f"the name of a setting is {shown(one.name)}: {_SETTING_ADVICE}")
    if hasattr(Settings, one.name) or one.name in Settings.model_fields:
        raise UsageError(f"setting {one.name} is one of core's: give another name")
    if one.type not in (str, int, float, bool) or (one.secret and one.type is not str):
        raise UsageError(f"setting {one.name} has the type {shown(one.type)}: {_TYPE_ADVICE}")
    if one.default is not None and type(one.default) is not one.type:
        raise UsageError(
            f"the default of setting {one.name} is {shown(one.default)}: give its type"
        )
    if not isinstance(one.help, str) or not one.help.strip() or not one.help.isprintable():
        raise UsageError(f"setting {one.name} lacks a help of one line")
    if one.check is not None and not callable(one.check):
        raise UsageError(f"the check of setting {one.name} cannot be called")

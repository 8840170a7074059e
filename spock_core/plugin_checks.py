"""Whether what a plugin is and brings can be used. Checks raise `UsageError` and say why not."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pluggy

from spock_core import hookspecs
from spock_core.domain import Market
from spock_core.errors import SpockError, UsageError
from spock_core.gics import is_gics_code
from spock_core.text import clean

_NAME_FORM = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


def check_version(module: object) -> None:
    """It was made for a version of the hooks that this core still fits."""
    made_for = getattr(module, "SPOCK_HOOKS", hookspecs.HOOK_VERSION)
    newest, oldest = hookspecs.HOOK_VERSION, hookspecs.OLDEST_HOOK_VERSION
    if not isinstance(made_for, int):
        raise UsageError(f"its SPOCK_HOOKS is {made_for!r}, not a number such as {newest}")
    if made_for > newest:
        raise UsageError(
            f"it needs version {made_for} of the hooks and this spock-core has version "
            f"{newest}: upgrade spock-core"
        )
    if made_for < oldest:
        raise UsageError(
            f"it was made for version {made_for} of the hooks and this spock-core takes plugins "
            f"made for version {oldest} or later: upgrade the plugin"
        )


def register(manager: pluggy.PluginManager, module: object, name: str) -> tuple[str, ...]:
    """Registers a plugin whose hooks are all there; gives what it uses that will go one day."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            manager.register(module, name=name)
        except pluggy.PluginValidationError as error:
            raise UsageError(" ".join(f"{error}".split())) from error
    for caller in manager.get_hookcallers(module) or ():
        optional = any(i.optionalhook for i in caller.get_hookimpls() if i.plugin is module)
        if not caller.has_spec() and not optional:
            raise UsageError(
                f"it implements {caller.name}, which this spock-core does not have: "
                "upgrade spock-core, or correct the name"
            )
    return tuple(dict.fromkeys(clean(str(one.message)) for one in caught))


def markets_of(manager: pluggy.PluginManager, module: object) -> list[Market]:
    """The markets that a plugin brings."""
    others = manager.get_plugins() - {module}
    markets: dict[str, Market] = {}
    for answer in manager.subset_hook_caller("spock_markets", others)():
        for market in answer:
            if not isinstance(market, Market):
                raise UsageError(f"spock_markets gave {market!r}, which is not a Market")
            if market.region in markets:
                raise UsageError(f"spock_markets gave two markets for region {market.region}")
            codes = [meaning.gics_code for meaning in market.kis_meanings.values()]
            codes += [judgement.gics_code for judgement in market.judgements]
            for code in codes:
                if not is_gics_code(code):
                    raise UsageError(f"market {market.region} uses {_shown(code)} as a GICS code")
            markets[market.region] = market
    return list(markets.values())


def check_source(one: Any) -> None:
    """It is a `Source`."""
    for what in ("name", "counts_as"):
        value = getattr(one, what, None)
        if not isinstance(value, str) or not _NAME_FORM.fullmatch(value):
            raise UsageError(f"the {what} of a source is {_shown(value)}, not small letters")
    for what in ("observe", "claim"):
        if not callable(getattr(one, what, None)):
            raise UsageError(f"source {one.name} has no {what}")


def check_command(one: Any) -> None:
    """It is a `Command`."""
    from spock_core.cli.command import Command

    if not isinstance(one, Command):
        raise UsageError(gave(one, Command))
    if not isinstance(one.name, str) or not _NAME_FORM.fullmatch(one.name):
        raise UsageError(f"the name of a command is {_shown(one.name)}, not small letters")
    if not isinstance(one.help, str) or not callable(one.configure) or not callable(one.run):
        raise UsageError(f"command {one.name} lacks help, configure or run")


def gave(answer: object, kind: type) -> str:
    """What to say of an answer of another kind."""
    return f"it gave {_shown(answer)} instead of {kind.__name__}"


def reason_of(error: BaseException) -> str:
    """One line: the kind of error, where it is not one for users, and its first line of text."""
    lines = str(error).strip().splitlines()
    text = clean(lines[0]) if lines else ""
    if isinstance(error, SpockError):
        return text
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "spock_core":
        return f"{text}: it may need a newer spock-core: upgrade it"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _shown(value: object) -> str:
    plain = isinstance(value, str | int | float | None)
    return clean(repr(value), 40) if plain else type(value).__name__

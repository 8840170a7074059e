"""Spock: a classified register of every tradable stock. These are the public names."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from spock_core.domain import (
    AssetType,
    Claim,
    Classification,
    DamagedLine,
    Exchange,
    Judgement,
    KisMeaning,
    Listing,
    ListItem,
    ListState,
    Market,
    Observation,
    SecurityType,
    VenueList,
    type_from_list,
)
from spock_core.domain.errors import ListError, SpockError, UsageError
from spock_core.plugins.hookspecs import HOOK_VERSION, hookimpl

if TYPE_CHECKING:
    from spock_core.api import enrich
    from spock_core.classification.periods.name_likeness import may_be_one_company
    from spock_core.domain.results import RunResult
    from spock_core.domain.source import Source, TableSource
    from spock_core.domain.stop import Stop
    from spock_core.domain.tables import (
        DelimitedText,
        JsonRecords,
        SourceTerms,
        Table,
        TableFile,
        TableRow,
        Workbook,
    )
    from spock_core.plugins.command import Command
    from spock_core.plugins.context import RunContext
    from spock_core.plugins.recipe import IssuerKind, ListRecipe, Offshoot, Recipe, tickers_like
    from spock_core.reading.register import open_register
    from spock_core.sandbox.workbook import workbook_of
    from spock_core.settings.setting import Setting

__all__ = [
    "HOOK_VERSION",
    "AssetType",
    "Claim",
    "Classification",
    "Command",
    "DamagedLine",
    "DelimitedText",
    "Exchange",
    "IssuerKind",
    "JsonRecords",
    "Judgement",
    "KisMeaning",
    "ListError",
    "ListItem",
    "ListRecipe",
    "ListState",
    "Listing",
    "Market",
    "Observation",
    "Offshoot",
    "Recipe",
    "RunContext",
    "RunResult",
    "SecurityType",
    "Setting",
    "Source",
    "SourceTerms",
    "SpockError",
    "Stop",
    "Table",
    "TableFile",
    "TableRow",
    "TableSource",
    "UsageError",
    "VenueList",
    "Workbook",
    "enrich",
    "hookimpl",
    "may_be_one_company",
    "open_register",
    "tickers_like",
    "type_from_list",
    "workbook_of",
]

_HOME_OF_LAZY_NAME = {
    "Command": "spock_core.plugins.command",
    "DelimitedText": "spock_core.domain.tables",
    "IssuerKind": "spock_core.plugins.recipe",
    "JsonRecords": "spock_core.domain.tables",
    "ListRecipe": "spock_core.plugins.recipe",
    "Offshoot": "spock_core.plugins.recipe",
    "Recipe": "spock_core.plugins.recipe",
    "RunContext": "spock_core.plugins.context",
    "RunResult": "spock_core.domain.results",
    "Setting": "spock_core.settings.setting",
    "Source": "spock_core.domain.source",
    "SourceTerms": "spock_core.domain.tables",
    "Stop": "spock_core.domain.stop",
    "Table": "spock_core.domain.tables",
    "TableFile": "spock_core.domain.tables",
    "TableRow": "spock_core.domain.tables",
    "TableSource": "spock_core.domain.source",
    "Workbook": "spock_core.domain.tables",
    "enrich": "spock_core.api",
    "may_be_one_company": "spock_core.classification.periods.name_likeness",
    "open_register": "spock_core.reading.register",
    "tickers_like": "spock_core.plugins.recipe",
    "workbook_of": "spock_core.sandbox.workbook",
}
"""Public names whose modules are imported when the name is first used, to keep `spock` quick."""


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF_LAZY_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF_LAZY_NAME[name]), name)
    globals()[name] = value
    return value


logging.getLogger(__name__).addHandler(logging.NullHandler())
"""Without a handler of the user's, Spock logs nothing."""

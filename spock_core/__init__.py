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
from spock_core.domain.errors import (
    ListError,
    ProviderError,
    SpockError,
    UnknownSymbol,
    Unreadable,
    UsageError,
)
from spock_core.plugins.hookspecs import HOOK_VERSION, hookimpl

if TYPE_CHECKING:
    from spock_core.api import enrich
    from spock_core.classification.gics import is_gics_code
    from spock_core.classification.periods.name_likeness import may_be_one_company
    from spock_core.domain.queries import (
        GroupPage,
        GroupQuerySource,
        Member,
        QuerySource,
        Said,
        Site,
        StockQuerySource,
    )
    from spock_core.domain.results import RunResult
    from spock_core.domain.source import Source, TableSource
    from spock_core.domain.stock import AskableStock
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
    from spock_core.domain.text import read_amount
    from spock_core.plugins.command import Command
    from spock_core.plugins.context import RunContext
    from spock_core.plugins.recipe import IssuerKind, ListRecipe, Offshoot, Recipe, tickers_like
    from spock_core.plugins.service import MadeUpService, ServiceRequest
    from spock_core.reading.register import open_register
    from spock_core.sandbox.workbook import workbook_of
    from spock_core.settings.setting import Setting
    from spock_core.sources.queries.web_service import WebService

__all__ = [
    "HOOK_VERSION",
    "AskableStock",
    "AssetType",
    "Claim",
    "Classification",
    "Command",
    "DamagedLine",
    "DelimitedText",
    "Exchange",
    "GroupPage",
    "GroupQuerySource",
    "IssuerKind",
    "JsonRecords",
    "Judgement",
    "KisMeaning",
    "ListError",
    "ListItem",
    "ListRecipe",
    "ListState",
    "Listing",
    "MadeUpService",
    "Market",
    "Member",
    "Observation",
    "Offshoot",
    "ProviderError",
    "QuerySource",
    "Recipe",
    "RunContext",
    "RunResult",
    "Said",
    "SecurityType",
    "ServiceRequest",
    "Setting",
    "Site",
    "Source",
    "SourceTerms",
    "SpockError",
    "StockQuerySource",
    "Stop",
    "Table",
    "TableFile",
    "TableRow",
    "TableSource",
    "UnknownSymbol",
    "Unreadable",
    "UsageError",
    "VenueList",
    "WebService",
    "Workbook",
    "enrich",
    "hookimpl",
    "is_gics_code",
    "may_be_one_company",
    "open_register",
    "read_amount",
    "tickers_like",
    "type_from_list",
    "workbook_of",
]

_HOME_OF_LAZY_NAME = {
    "AskableStock": "spock_core.domain.stock",
    "Command": "spock_core.plugins.command",
    "DelimitedText": "spock_core.domain.tables",
    "GroupPage": "spock_core.domain.queries",
    "GroupQuerySource": "spock_core.domain.queries",
    "QuerySource": "spock_core.domain.queries",
    "IssuerKind": "spock_core.plugins.recipe",
    "JsonRecords": "spock_core.domain.tables",
    "ListRecipe": "spock_core.plugins.recipe",
    "MadeUpService": "spock_core.plugins.service",
    "Member": "spock_core.domain.queries",
    "Offshoot": "spock_core.plugins.recipe",
    "Recipe": "spock_core.plugins.recipe",
    "RunContext": "spock_core.plugins.context",
    "RunResult": "spock_core.domain.results",
    "Said": "spock_core.domain.queries",
    "ServiceRequest": "spock_core.plugins.service",
    "Setting": "spock_core.settings.setting",
    "Site": "spock_core.domain.queries",
    "Source": "spock_core.domain.source",
    "SourceTerms": "spock_core.domain.tables",
    "StockQuerySource": "spock_core.domain.queries",
    "Stop": "spock_core.domain.stop",
    "Table": "spock_core.domain.tables",
    "TableFile": "spock_core.domain.tables",
    "TableRow": "spock_core.domain.tables",
    "TableSource": "spock_core.domain.source",
    "WebService": "spock_core.sources.queries.web_service",
    "Workbook": "spock_core.domain.tables",
    "enrich": "spock_core.api",
    "is_gics_code": "spock_core.classification.gics",
    "may_be_one_company": "spock_core.classification.periods.name_likeness",
    "open_register": "spock_core.reading.register",
    "read_amount": "spock_core.domain.text",
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

"""Spock: a classified register of every tradable stock. These are the public names."""

import logging

from spock_core.classification import Classification
from spock_core.domain import (
    AssetType,
    Claim,
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
from spock_core.errors import ListError, SpockError
from spock_core.hookspecs import HOOK_VERSION, hookimpl

__all__ = [
    "HOOK_VERSION",
    "AssetType",
    "Claim",
    "Classification",
    "DamagedLine",
    "Exchange",
    "Judgement",
    "KisMeaning",
    "ListError",
    "ListItem",
    "ListState",
    "Listing",
    "Market",
    "Observation",
    "SecurityType",
    "SpockError",
    "VenueList",
    "hookimpl",
    "type_from_list",
]

logging.getLogger(__name__).addHandler(logging.NullHandler())
"""Quiet unless whoever runs it listens."""

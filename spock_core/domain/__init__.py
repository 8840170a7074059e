"""The domain model: immutable values, errors and events, without I/O, regions or providers.

Values of which a run makes tens of thousands are named tuples, which are created about five times
faster than frozen dataclasses.
"""

from spock_core.domain.evidence import Claim, Classification, Judgement, KisMeaning, Observation
from spock_core.domain.listing import (
    AssetType,
    Listing,
    SecurityType,
    StoredListing,
    type_from_list,
    with_security_type,
)
from spock_core.domain.market import (
    CounterRule,
    DamagedLine,
    Exchange,
    IssuerRule,
    ListItem,
    ListState,
    Market,
    SpacRule,
    SymbolRule,
    TypeRule,
    VenueList,
    never_a_counter,
    never_a_spac,
    no_issuer_tickers,
    no_yahoo_symbol,
)

__all__ = [
    "AssetType",
    "Claim",
    "Classification",
    "CounterRule",
    "DamagedLine",
    "Exchange",
    "IssuerRule",
    "Judgement",
    "KisMeaning",
    "ListItem",
    "ListState",
    "Listing",
    "Market",
    "Observation",
    "SecurityType",
    "SpacRule",
    "StoredListing",
    "SymbolRule",
    "TypeRule",
    "VenueList",
    "never_a_counter",
    "never_a_spac",
    "no_issuer_tickers",
    "no_yahoo_symbol",
    "type_from_list",
    "with_security_type",
]

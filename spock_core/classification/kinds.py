"""Decides the kind of a security: by its market's rule on names, and by what registers state. Pure.

The market's rule speaks of every listing. A register that states a kind knows it from the issuer's
application for listing, and is believed, but not where its word is broader than the rule's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from spock_core.domain import AssetType, Claim, Listing, Observation, SecurityType
from spock_core.domain.listing import with_security_type
from spock_core.domain.market import Market
from spock_core.domain.source import Source, TableSource

TELLS = "security_type"
"""What a source that states kinds has in `SourceTerms.tells`."""


class Kind(NamedTuple):
    """What a listing is."""

    asset_type: AssetType
    security_type: SecurityType
    source: str | None = None
    """The source that states it; None for the market's rule."""


class Belief(NamedTuple):
    """Over which kinds of the market's rule a register is believed that states another."""

    stated: SecurityType
    over: frozenset[SecurityType]
    reason: str


_SPECIAL = frozenset(SecurityType) - {SecurityType.INDEX}
"""No register of securities tells of an index."""

BELIEFS = (
    Belief(SecurityType.RIGHT, _SPECIAL, "registers name rights as such"),
    Belief(SecurityType.WARRANT, _SPECIAL, "registers name warrants as such"),
    Belief(SecurityType.UNIT, _SPECIAL, "registers name units as such"),
    Belief(SecurityType.NOTE, _SPECIAL, "registers name notes as such"),
    Belief(SecurityType.PREFERRED, _SPECIAL, "registers name preferred shares as such"),
    Belief(SecurityType.DEPOSITARY_RECEIPT, _SPECIAL, "registers name depositary receipts as such"),
    Belief(SecurityType.REIT, _SPECIAL, "a category of its own"),
    Belief(SecurityType.FUND, _SPECIAL - {SecurityType.NOTE}, "registers have ETNs among funds"),
    Belief(
        SecurityType.COMMON,
        frozenset(),
        "registers call much common or equity that is a receipt, a fund or preferred by its name",
    ),
)
"""Who is believed for what. Of two registers that state different kinds, the one counts whose kind
stands first; of the same kind, the source whose name is first."""

_ORDER = {belief.stated: place for place, belief in enumerate(BELIEFS)}


def telling_kinds(sources: Mapping[str, Source], region: str) -> dict[str, Source]:
    """Returns those sources that may state kinds of a region's securities."""
    return {
        name: source
        for name, source in sources.items()
        if isinstance(source, TableSource)
        and TELLS in source.about.tells
        and (not source.about.regions or region in source.about.regions)
    }


def stated_kinds(
    observations: Iterable[Observation], market: Market, sources: Mapping[str, Source]
) -> list[Claim]:
    """Returns the claims of a kind in the observations of one listing.

    `sources`: those that are installed and tell kinds of this region.
    """
    claims = (
        sources[one.source].claim(one, market) for one in observations if one.source in sources
    )
    return [claim for claim in claims if claim is not None and claim.security_type is not None]


def decide_kind(listing: Listing, claims: Iterable[Claim]) -> Kind:
    """Returns what a listing is. Its `security_type` and `asset_type` are those of its list."""
    listed = listing.security_type or SecurityType.COMMON
    for claim in sorted(claims, key=_rank):
        stated = claim.security_type
        if stated is listed and claim.asset_type in (None, listing.asset_type):
            return Kind(listing.asset_type, listed, claim.source)
        if stated is not None and (stated is listed or listed in BELIEFS[_ORDER[stated]].over):
            asset_type = claim.asset_type or listing.asset_type
            found = with_security_type(listing._replace(asset_type=asset_type), stated)
            return Kind(found.asset_type, stated, claim.source)
    return Kind(listing.asset_type, listed)


def _rank(claim: Claim) -> tuple[int, str]:
    stated = claim.security_type
    return (_ORDER.get(stated, len(_ORDER)) if stated else len(_ORDER)), claim.source

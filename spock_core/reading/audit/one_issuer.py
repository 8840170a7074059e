"""Finds listings of one issuer whose sectors differ, such as A and H shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from spock_core.classification.company_names import company, local_company
from spock_core.classification.issuers import SHARES
from spock_core.domain.stock import Stock, StockKey

SCHEMES = ("LEI", "CIK", "ISIN")
"""Schemes by which listings are known to be of one issuer, the surest first."""
NAME = "name"
_SHORTEST_NAME = 4
"""In characters. A shorter name may belong to several companies."""


class OneIssuer(NamedTuple):
    """Listings of one issuer that have different sectors."""

    linked_by: str
    """`CIK 320193`, or `name CRRC`: a name alone may be that of two companies."""
    stocks: tuple[Stock, ...]


def contradictions(
    stocks: Iterable[Stock], identifiers: Mapping[StockKey, Mapping[str, str]]
) -> list[OneIssuer]:
    """Returns the issuers whose listings have different sectors, the surest links first.

    `identifiers` are those of the stocks by scheme. Listings of one region are linked by
    identifiers alone, since companies of one market with one name are usually two.
    """
    linked: dict[tuple[int, str], list[Stock]] = {}
    for stock in stocks:
        if stock.classification is not None and stock.classification.sector_code:
            for link in _links(stock, identifiers.get(stock.key, {})):
                linked.setdefault(link, []).append(stock)
    found: dict[tuple[StockKey, ...], OneIssuer] = {}
    for (rank, text), listings in sorted(linked.items(), key=lambda item: item[0]):
        regions = {one.listing.region for one in listings}
        if len(_sectors(listings)) > 1 and (rank < len(SCHEMES) or len(regions) > 1):
            keys = tuple(one.key for one in listings)
            found.setdefault(keys, OneIssuer(text, tuple(listings)))
    return list(found.values())


def _links(stock: Stock, identifiers: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """What tells the issuer of a stock, each with its rank."""
    for rank, scheme in enumerate(SCHEMES):
        if scheme in identifiers:
            yield rank, f"{scheme} {identifiers[scheme]}"
    if stock.listing.security_type in SHARES:
        names = {company(stock.listing.name), local_company(stock.listing.name_local).upper()}
        for name in sorted(names):
            if len(name) >= _SHORTEST_NAME:
                yield len(SCHEMES), f"{NAME} {name}"


def _sectors(stocks: Iterable[Stock]) -> set[str | None]:
    return {one.classification.sector_code for one in stocks if one.classification is not None}

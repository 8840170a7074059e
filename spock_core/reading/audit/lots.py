"""Finds stocks of which a source states another trading lot than their list does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from spock_core.domain.bounds import lot_size_of
from spock_core.domain.stock import Stock

LOT = "lot"
"""The name of the word by which sources state the number of shares in a lot."""


class OtherLot(NamedTuple):
    """A stock whose trading lot is in doubt."""

    stock: Stock
    """With the lot that its list states."""
    stated: Mapping[str, int]
    """The other lots by source, in shares."""


def other_lots(stocks: Iterable[Stock]) -> Iterator[OtherLot]:
    """Yields the stocks of which a source states another lot; what is no number is ignored."""
    for stock in stocks:
        stated = {}
        for source, said in sorted(stock.observations.items()):
            lot = lot_size_of(said.words.get(LOT, "").replace(",", ""))
            if lot is not None and lot != stock.listing.lot_size:
                stated[source] = lot
        if stated:
            yield OtherLot(stock, stated)

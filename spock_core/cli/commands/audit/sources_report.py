"""The part of `spock audit` about sources: coverage, agreement, and where they contradict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spock_core.classification.gics import SECTORS
from spock_core.cli.commands.audit.official_report import counts, percent
from spock_core.domain.stock import Stock
from spock_core.reading.audit.agreement import Share
from spock_core.reading.audit.by_source import BySource, Difference
from spock_core.reading.audit.lots import OtherLot
from spock_core.reading.audit.one_issuer import OneIssuer
from spock_core.reporting.tables import fitted_table

NAME_WIDTH = 40


class SourcesReport:
    """What the sources say, as text and as a part of the document."""

    def __init__(
        self, found: BySource, issuers: Sequence[OneIssuer], lots: Sequence[OtherLot]
    ) -> None:
        self._found = found
        self._issuers = issuers
        self._lots = lots

    def text(self, most: int) -> str:
        """Returns tables for people, with at most `most` of each kind; empty if no source
        says anything."""
        if not self._found.says:
            return ""
        parts = [self._sources()]
        if self._found.pairs:
            parts.append(self._pairs())
        differences, issuers = self._found.differences[:most], self._issuers[:most]
        if differences:
            rows = [_difference_row(one) for one in differences]
            parts.append(
                f"stocks of which sources say different sectors: {len(rows):,} of "
                f"{len(self._found.differences):,}\n\n"
                + fitted_table(("stock", "name", "register", "sources"), rows)
            )
        if issuers:
            linked = [(one.linked_by, "; ".join(map(_named, one.stocks))) for one in issuers]
            parts.append(
                f"issuers whose listings have different sectors: {len(linked):,} of "
                f"{len(self._issuers):,}\n\n" + fitted_table(("linked by", "listings"), linked)
            )
        if lots := self._lots[:most]:
            headers = ("stock", "name", "lot", "sources")
            parts.append(
                f"stocks of which a source states another trading lot: {len(lots):,} of "
                f"{len(self._lots):,}\n\n"
                + fitted_table(headers, [_lot_row(one) for one in lots], right=("lot",))
            )
        return "\n\n".join(parts)

    def document(self) -> dict[str, Any]:
        """Returns the whole result as plain values for JSON."""
        found = self._found
        return {
            "sources": [
                {
                    **key._asdict(),
                    "stocks": found.stocks[key.region],
                    "says": says,
                    "coverage": round(says / found.stocks[key.region], 6),
                    **({"official": counts(found.official[key])} if key in found.official else {}),
                }
                for key, says in sorted(found.says.items())
            ],
            "pairs": [key._asdict() | counts(share) for key, share in sorted(found.pairs.items())],
            "source_differences": [
                _listing_document(one.stock)
                | {"said": {name: SECTORS[code] for name, code in one.said.items()}}
                for one in found.differences
            ],
            "issuers": [
                {
                    "linked_by": one.linked_by,
                    "listings": [_listing_document(stock) for stock in one.stocks],
                }
                for one in self._issuers
            ],
            "lots": [
                {
                    **one.stock.key._asdict(),
                    "name": one.stock.listing.name,
                    "lot_size": one.stock.listing.lot_size,
                    "said": dict(one.stated),
                }
                for one in self._lots
            ],
        }

    def _sources(self) -> str:
        found = self._found
        headers: tuple[str, ...] = ("region", "source", "says", "of", "coverage")
        if found.official:
            headers = (*headers, "compared", "official")
        rows = []
        for key, says in sorted(found.says.items()):
            stocks = found.stocks[key.region]
            row: tuple[str, ...] = (*key, f"{says:,}", f"{stocks:,}", percent(Share(says, stocks)))
            if found.official:
                share = found.official.get(key, Share(0, 0))
                row = (*row, f"{share.stocks:,}", percent(share))
            rows.append(row)
        return (
            "stocks of which a source says a sector"
            + (", and how often it is the official one" if found.official else "")
            + f"\n\n{fitted_table(headers, rows, right=headers[2:])}"
        )

    def _pairs(self) -> str:
        headers = ("region", "source", "other", "stocks", "agree", "rate")
        rows = [
            (*key, f"{share.stocks:,}", f"{share.agree:,}", percent(share))
            for key, share in sorted(self._found.pairs.items())
        ]
        return (
            "how often two sources say the same sector\n\n"
            f"{fitted_table(headers, rows, right=headers[3:])}"
        )


def _difference_row(one: Difference) -> tuple[str, str, str, str]:
    said = "; ".join(f"{name}: {SECTORS[code]}" for name, code in one.said.items())
    name = (one.stock.listing.name or "")[:NAME_WIDTH]
    return ":".join(one.stock.key), name, _sector(one.stock) or "", said


def _lot_row(one: OtherLot) -> tuple[str, str, str, str]:
    said = "; ".join(f"{name}: {lot:,}" for name, lot in one.stated.items())
    listing = one.stock.listing
    return ":".join(one.stock.key), (listing.name or "")[:NAME_WIDTH], f"{listing.lot_size:,}", said


def _named(stock: Stock) -> str:
    return f"{':'.join(stock.key)} {_sector(stock)}"


def _sector(stock: Stock) -> str | None:
    return stock.classification.sector if stock.classification is not None else None


def _listing_document(stock: Stock) -> dict[str, Any]:
    return {**stock.key._asdict(), "name": stock.listing.name, "sector": _sector(stock)}

"""The output of `spock audit FILE`: the comparison with official sectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spock_core.classification.explain import Explanation, explanations
from spock_core.classification.gics import SECTORS
from spock_core.domain.stock import StockKey
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.registry import Plugins
from spock_core.reading.audit.agreement import Agreement, Compared, Share
from spock_core.reading.audit.official_file import Official
from spock_core.reporting.tables import fitted_table

MOST_NAMED = 10
"""The most stocks or invalid rows that the text names; JSON has all of them."""


class OfficialReport:
    """A comparison as text, as a document, and as a table of its differences."""

    def __init__(
        self, name: str, official: Official, agreement: Agreement, plugins: Plugins
    ) -> None:
        self._name = name
        self._official = official
        self._agreement = agreement
        self._markets = plugins.markets
        self._sources = sources_of(plugins)
        self._differences = agreement.differences()

    @property
    def share(self) -> Share:
        """The share of stocks that agree."""
        return self._agreement.share

    def text(self, most: int) -> str:
        """Returns tables for people, with at most `most` differences."""
        found, share = self._agreement, self._agreement.share
        lines = [
            f"{self._name}: {len(self._official.sectors):,} stocks, {share.stocks:,} compared",
            f"{share.agree:,} agree: {percent(share)}",
        ]
        if found.no_sector:
            lines.append(f"without a sector in the register: {_some(found.no_sector)}")
        if found.not_there:
            lines.append(
                f"not in the register, or not as an active stock: {_some(found.not_there)}"
            )
        if self._official.bad:
            lines.append(f"invalid rows, ignored: {len(self._official.bad):,}")
            lines += [f"  line {row.line}: {row.reason}" for row in self._official.bad[:MOST_NAMED]]
        parts = ["\n".join(lines)]
        if share.stocks:
            parts += [
                shares_table("region", found.by(_region)),
                shares_table("decided by", found.by(_source)),
                self._bands(),
                self._matrix(),
            ]
        if self._differences and most:
            parts.append(self._some_differences(most))
        return "\n\n".join(parts)

    def document(self) -> dict[str, Any]:
        """Returns the whole result as plain values for JSON."""
        found = self._agreement
        return {
            "file": self._name,
            "stocks": len(self._official.sectors),
            **counts(found.share),
            "no_sector": [list(key) for key in found.no_sector],
            "not_there": [list(key) for key in found.not_there],
            "bad_rows": [row._asdict() for row in self._official.bad],
            "by_region": {name: counts(share) for name, share in found.by(_region).items()},
            "by_source": {name: counts(share) for name, share in found.by(_source).items()},
            "by_confidence": [
                {"from": band.low, "to": band.high, "said": round(band.confidence, 6)}
                | counts(band.share)
                for band in found.by_confidence()
            ],
            "confusion": [
                {"official": SECTORS[official], "found": SECTORS[sector], "stocks": number}
                for (official, sector), number in sorted(found.confusion().items())
            ],
            "differences": [
                dict(zip(_COLUMNS[:-1], self._row(item)[:-1], strict=True))
                | {"said": [_explanation_document(reason) for reason in self._explanations(item)]}
                for item in self._differences
            ],
        }

    def table(self) -> tuple[Sequence[str], list[Sequence[Any]]]:
        """Returns the columns and rows of all differences."""
        return _COLUMNS, [self._row(item) for item in self._differences]

    def _row(self, item: Compared) -> Sequence[Any]:
        listing = item.stock.listing
        statements = "; ".join(
            f"{found.observation.source}: {found.statement} ({found.means or 'means nothing'})"
            for found in self._explanations(item)
        )
        return (listing.region, listing.ticker, listing.name or "", item.official,
                SECTORS[item.official], item.found, SECTORS[item.found], item.source,
                round(item.confidence, 4), statements)  # fmt: skip

    def _explanations(self, item: Compared) -> list[Explanation]:
        stock = item.stock
        market = self._markets.get(stock.listing.region)
        return explanations(stock.listing, market, self._sources, stock.observations.values())

    def _some_differences(self, most: int) -> str:
        rows = [self._row(item) for item in self._differences[:most]]
        shown = [
            (f"{region}:{ticker}", name[:40], official, found, source, f"{rate:.2f}", stated)
            for region, ticker, name, _, official, _, found, source, rate, stated in rows
        ]
        headers = ("stock", "name", "official", "register", "decided by", "confidence", "sources")
        head = f"differences, highest confidence first: {len(rows):,} of {len(self._differences):,}"
        return f"{head}\n\n{fitted_table(headers, shown, right=('confidence',))}"

    def _bands(self) -> str:
        rows = [
            (
                f"{band.low:.2f} to {band.high:.2f}",
                f"{band.share.stocks:,}",
                f"{100 * band.confidence:.1f} %",
                percent(band.share),
            )
            for band in self._agreement.by_confidence()
        ]
        headers = ("confidence", "stocks", "mean", "agree")
        return fitted_table(headers, rows, right=headers[1:])

    def _matrix(self) -> str:
        cells = self._agreement.confusion()
        codes = sorted({code for pair in cells for code in pair})
        rows = [
            (
                f"{official} {SECTORS[official]}",
                *(cells[official, found] or "." for found in codes),
                sum(cells[official, found] for found in codes),
            )
            for official in codes
        ]
        headers = ("official \\ register", *codes, "all")
        return fitted_table(headers, rows, right=headers[1:])


_COLUMNS = ("region", "ticker", "name", "official_code", "official", "register_code", "register",
            "source", "confidence", "said")  # fmt: skip


def percent(share: Share) -> str:
    """Returns the rate of a share as text."""
    return "-" if share.rate is None else f"{100 * share.rate:.1f} %"


def counts(share: Share) -> dict[str, Any]:
    """Returns a share as plain values for JSON."""
    rate = None if share.rate is None else round(share.rate, 6)
    return {"compared": share.stocks, "agree": share.agree, "rate": rate}


def shares_table(what: str, shares: Mapping[str, Share]) -> str:
    """Returns a table with a row for each group of stocks; `what` heads the groups."""
    headers = (what, "stocks", "agree", "rate")
    rows = [
        (name, f"{share.stocks:,}", f"{share.agree:,}", percent(share))
        for name, share in shares.items()
    ]
    return fitted_table(headers, rows, right=headers[1:])


def _region(item: Compared) -> str:
    return item.stock.listing.region


def _source(item: Compared) -> str:
    return item.source


def _some(keys: Sequence[StockKey]) -> str:
    named = ", ".join(":".join(key) for key in keys[:MOST_NAMED])
    return f"{len(keys):,}: {named}" + (" …" if len(keys) > MOST_NAMED else "")


def _explanation_document(explanation: Explanation) -> dict[str, Any]:
    return {
        "source": explanation.observation.source,
        "words": dict(explanation.observation.words),
        "means": explanation.means,
        "decides": explanation.decides,
    }

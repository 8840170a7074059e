"""The pages of a report: what each part says, with its chart and the table behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from spock_core.classification.gics import SECTORS
from spock_core.domain.text import format_utc
from spock_core.reading.report import charts, html
from spock_core.reading.report.facts import Facts
from spock_core.store.runs import StoredRun

_AGES = ((1, "today"), (8, "1 to 7 days"), (31, "8 to 30 days"), (91, "31 to 90 days"))
_OLDER, _NEVER = "over 90 days", "no date, or a later one than today"
_NONE = "none"


def report(facts: Facts) -> str:
    """Returns the report as HTML."""
    if not facts.coverage:
        empty = html.paragraph("The register is empty: run spock enrich.")
        return html.page("Spock: an empty register", _head(facts), empty)
    return html.page(
        f"Spock: {facts.label}, {format_utc(facts.now)[:10]}",
        _head(facts),
        _figures(facts),
        _coverage(facts),
        _sectors(facts),
        _confidence(facts),
        _sources(facts),
        _security_types(facts),
        _ages(facts),
        _changes(facts),
        _disagreements(facts),
        _runs(facts),
    )


def _head(facts: Facts) -> str:
    made_up = " The stocks are made up by the sandbox." if facts.made_up else ""
    words = f"{facts.label}, {format_utc(facts.now)}.{made_up}"
    return f'<h1>The register</h1>\n<p class="faint">{html.text(words)}</p>'


def _figures(facts: Facts) -> str:
    stocks = sum(one.stocks for one in facts.coverage)
    known = sum(one.known["sector"] for one in facts.coverage)
    industry = sum(one.known["industry"] for one in facts.coverage)
    sure = sum(band.stocks * band.confidence for band in facts.bands)
    classified = sum(band.stocks for band in facts.bands)
    figures = {
        "stocks": f"{stocks:,}",
        "with a sector": _percent(known, stocks),
        "with an industry": _percent(industry, stocks),
        "mean confidence": _percent(sure, classified),
        "changes": f"{sum(facts.changed.values()):,}",
    }
    items = "".join(
        f"<div><dt>{html.text(name)}</dt><dd>{html.text(value)}</dd></div>"
        for name, value in figures.items()
    )
    return f'<dl class="figures">{items}</dl>'


def _coverage(facts: Facts) -> str:
    rows = [
        {"region": one.region, "series": f"with {field}", "value": round(share, 2)}
        for one in facts.coverage
        if one.stocks
        for field, share in (
            ("a sector", 100 * one.known["sector"] / one.stocks),
            ("an industry", 100 * one.known["industry"] / one.stocks),
        )
    ]
    headers = ("region", "listings", "gone", "stocks", "sector", "industry group", "industry")
    behind = html.table(
        "Coverage",
        headers,
        [
            (
                one.region, one.listings, one.inactive, one.stocks,
                *(_percent(one.known[n], one.stocks)
                  for n in ("sector", "industry_group", "industry")),
            )
            for one in facts.coverage
        ],
        headers[1:],
    )  # fmt: skip
    svg = charts.grouped_bars(rows, "region", title="percent of the active stocks")
    drawn = html.figure(svg, "Coverage by region", behind)
    return html.section("Coverage", drawn)


def _sectors(facts: Facts) -> str:
    known = {key: count for key, count in facts.sectors.items() if key[1] is not None}
    tiles = [{"region": r, "sector": s, "stocks": count} for (r, s), count in known.items()]
    if not tiles:
        return html.section("Sectors", html.paragraph("No stock has a sector."))
    behind = _matrix("Sectors by region", "sector", known, [*SECTORS.values()])
    drawn = html.figure(charts.treemap(tiles), "Sectors by region", behind)
    return html.section(
        "Sectors", html.paragraph("Each tile is a sector; its area is its stocks."), drawn
    )


def _confidence(facts: Facts) -> str:
    if not facts.bands:
        return html.section("Confidence", html.paragraph("No stock has a sector."))
    labels = [f"{100 * b.low:.0f} to {100 * b.high:.0f} %" for b in facts.bands]
    rows = [{"band": n, "stocks": b.stocks} for n, b in zip(labels, facts.bands, strict=True)]
    sure = sum(band.stocks * band.confidence for band in facts.bands)
    wrong = round(sum(band.stocks for band in facts.bands) - sure)
    behind = html.table(
        "Confidence",
        ("confidence", "stocks", "mean", "expected to be wrong"),
        [
            (n, b.stocks, f"{100 * b.confidence:.1f} %", round(b.stocks * (1 - b.confidence)))
            for n, b in zip(labels, facts.bands, strict=True)
        ],
        ("stocks", "mean", "expected to be wrong"),
    )
    return html.section(
        "Confidence",
        html.paragraph(
            "The confidence of a sector is the share of stocks with the same words from the same "
            "sources whose official sector is this one. Of all sectors here, about "
            f"{wrong:,} should differ from the official one."
        ),
        html.figure(
            charts.bars(rows, "band", "stocks", title="stocks"), "Stocks by confidence", behind
        ),
    )


def _sources(facts: Facts) -> str:
    counts = {(r, source or _NONE): count for (r, source), count in facts.sources.items()}
    return _shares("Sources", "Who decided the sector.", "Sources by region", counts)


def _security_types(facts: Facts) -> str:
    words = "What kind of security the stocks are."
    return _shares("Security types", words, "Security types by region", facts.security_types)


def _ages(facts: Facts) -> str:
    counts: Counter[tuple[str, str]] = Counter()
    for (region, days), count in facts.ages.items():
        counts[region, _age(days)] += count
    order = [*(name for _, name in _AGES), _OLDER, _NEVER]
    words = "When a source last said or confirmed the sector."
    return _shares("Age", words, "Age by region", counts, order)


def _age(days: int | None) -> str:
    if days is None:
        return _NEVER
    return next((name for limit, name in _AGES if days < limit), _OLDER)


def _shares(
    title: str,
    words: str,
    caption: str,
    counts: Mapping[tuple[str, str], int],
    order: Sequence[str] = (),
) -> str:
    """A part about the shares of some names in each region; the most frequent name is first."""
    totals: Counter[str] = Counter()
    for (_, name), count in counts.items():
        totals[name] += count
    names = [name for name in order if name in totals] or [name for name, _ in totals.most_common()]
    rows = [
        {"region": region, "series": name, "value": counts[region, name]}
        for name in names
        for region in sorted({key[0] for key in counts})
        if (region, name) in counts
    ]
    svg = charts.shares(rows, "region", title="share of the active stocks")
    drawn = html.figure(
        svg, caption, _matrix(caption, caption.partition(" by ")[0].lower(), counts, names)
    )
    return html.section(title, html.paragraph(words), drawn)


def _matrix(
    caption: str, what: str, counts: Mapping[tuple[str, Any], int], names: Sequence[str]
) -> str:
    regions = sorted({key[0] for key in counts})
    rows = [(name, *(counts.get((region, name), 0) for region in regions)) for name in names]
    return html.table(caption, (what, *regions), rows, regions)


def _changes(facts: Facts) -> str:
    since = format_utc(facts.since)
    if not facts.changes:
        return html.section("Changes", html.paragraph(f"Nothing changed since {since}."))
    counted = ", ".join(f"{name} {count:,}" for name, count in sorted(facts.changed.items()))
    rows = [
        (format_utc(c.changed_at, "minutes"), f"{c.region}:{c.ticker}", c.name or "", c.change,
         c.before or "", c.after or "", c.source or "")
        for c in facts.changes
    ]  # fmt: skip
    total = sum(facts.changed.values())
    shown = "" if total == len(rows) else f" The last {len(rows)}:"
    return html.section(
        "Changes",
        html.paragraph(f"Since {since}: {counted}.{shown}"),
        html.table(
            "Changes", ("changed", "stock", "name", "what", "before", "after", "source"), rows
        ),
    )


def _disagreements(facts: Facts) -> str:
    title = "Sources that disagree"
    if not facts.disagreements:
        return html.section(title, html.paragraph("No two sources name different sectors."))
    rows = [
        (d.one, SECTORS[d.one_means], d.other, SECTORS[d.other_means], d.stocks)
        for d in facts.disagreements
    ]
    return html.section(
        title,
        html.paragraph("Words of two sources for the same stocks that mean different sectors."),
        html.table(title, ("one says", "meaning", "the other says", "meaning ", "stocks"), rows,
                   ("stocks",)),
    )  # fmt: skip


def _runs(facts: Facts) -> str:
    headers = ("run", "started", "status", "stocks", "requests", "planned", "seconds",
               "planned seconds")  # fmt: skip
    rows = [
        (
            run.run_id,
            format_utc(run.started_at, "minutes"),
            run.status,
            sum(region["total"] for region in run.regions),
            sum(run.requests.values()),
            sum(run.plan.get("requests", {}).values()),
            _seconds(run),
            f"{run.plan.get('seconds', 0):,.0f}",
        )
        for run in facts.runs
    ]
    return html.section(
        "Runs",
        html.paragraph("The last runs, with the requests and seconds that their plans named."),
        html.table("Runs", headers, rows, (headers[0], *headers[3:])),
    )


def _seconds(run: StoredRun) -> str:
    if run.finished_at is None:
        return "-"
    return f"{(run.finished_at - run.started_at).total_seconds():,.0f}"


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"

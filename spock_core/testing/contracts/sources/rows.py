"""Contracts of what a table source reads: its rows follow from tables and listings alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spock_core.domain import Listing, Market
from spock_core.domain.errors import ListError
from spock_core.domain.tables import Row, Table, TableRow
from spock_core.sources.tables.headings import LONGEST_CELL, cells_of
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.contracts.sources.base import SourceContracts, rows_of
from spock_core.testing.contracts.sources.identifiers import check_identifiers
from spock_core.testing.failures import fail, location_of, time_limit
from spock_core.testing.hostile import HOSTILE_TEXTS
from spock_core.testing.table_files import WEB_PAGE, MadeUpFile

LONGEST_WORD = 1_000
MANY = 20_000
"""Rows of an enormous table; the largest known one has 15,400."""
LONGEST_S = 30.0
"""CPU seconds for an enormous table."""
NONSENSE = b"\x00\xff\xfe nonsense \x80" * 40
CUTS = (0.25, 0.5, 0.9)
"""Shares of a file that are left of it."""

Stocks = Mapping[str, Listing]
Files = list[MadeUpFile]


class RowContracts(SourceContracts):
    """Rows follow from tables and listings alone, and no cell breaks them."""

    def test_its_rows_are_about_listings(
        self, source: AskedSource, market: Market, stocks: Stocks, files: Files
    ) -> None:
        """In the sandbox it speaks of listings, once of each, with valid identifiers."""
        rows = rows_of(source, market, files, stocks)
        tickers = [row.ticker for row in rows]
        where = location_of(source.raw.rows)
        if not set(tickers) & set(stocks):
            fail(
                f"none of {len(rows)} rows of source {source.name} is about a listing of "
                f"{market.region}: its tickers are like {sorted(tickers)[:3]}, those of the "
                f"register like {sorted(stocks)[:3]}",
                "write tickers as the register does, or match by ISIN with listings, and make up "
                f"tables from the listings in spock_sandbox_tables: {where}",
            )
        twice = sorted(one for one in set(tickers) if tickers.count(one) > 1)
        if twice:
            fail(
                f"source {source.name} has {tickers.count(twice[0])} rows about {twice[0]}",
                f"decide which of them counts, whatever the order of the rows: {where}",
            )
        for row in rows:
            check_identifiers(
                source.name, row.ticker, row.identifiers, "spock_sandbox_tables", where
            )

    def test_its_rows_are_the_same_each_time(
        self, source: AskedSource, market: Market, stocks: Stocks, files: Files
    ) -> None:
        """Neither the order of its tables nor that of the listings matters."""
        tables = [file.read() for file in files]
        first = _by_ticker(source.rows(market, tables, stocks, "for its made-up files"))
        turned = dict(reversed(list(stocks.items())))
        for order, listings in ((tables, stocks), (tables[::-1], stocks), (tables, turned)):
            again = _by_ticker(source.rows(market, order, listings, "for its made-up files"))
            if again != first:
                changed = sorted(key for key in first if again.get(key) != first[key])
                fail(
                    f"rows of source {source.name} returned something else for the same tables, "
                    f"about {changed[:3]}",
                    "use nothing but tables and listings, in no order, and no clock: "
                    f"{location_of(source.raw.rows)}",
                )

    def test_it_needs_no_listing(self, source: AskedSource, market: Market, files: Files) -> None:
        """A register may be empty."""
        source.rows(market, [file.read() for file in files], {}, "for a register without listings")

    def test_no_cell_breaks_its_rows(
        self, source: AskedSource, market: Market, stocks: Stocks, files: Files
    ) -> None:
        """Formulas, escape sequences, empty cells, and cells of columns that are not there."""
        tables = [file.read() for file in files]
        for place, table in enumerate(tables):
            for what, rows in _spoiled(table, files[place].about.needs):
                spoiled = [*tables]
                spoiled[place] = Table(table.name, table.preamble, rows)
                source.rows(market, spoiled, stocks, f"for {table.name} with {what}")

    def test_a_very_long_cell_breaks_nothing(
        self, source: AskedSource, market: Market, stocks: Stocks, files: Files
    ) -> None:
        """A cell has up to 20,000 characters; rows need not keep one of more than 1,000."""
        for file in files:
            table = file.read()
            for heading in table.rows[0]:
                rows = [{**table.rows[0], heading: "x" * LONGEST_CELL}]
                long = Table(table.name, table.preamble, rows)
                failure = f"rows of source {source.name} took too long for a long {heading!r}"
                with time_limit(LONGEST_S, failure, location_of(source.raw.rows)):
                    _call(source, market, long, stocks, heading)

    def test_a_file_that_is_no_table_is_not_read(self, source: AskedSource, files: Files) -> None:
        """An empty file, nonsense, and a web page."""
        for file in files:
            for what, content in (
                ("nothing", b""),
                ("nonsense", NONSENSE),
                ("a web page", WEB_PAGE),
            ):
                try:
                    MadeUpFile(file.about, file.name, content, file.pages).read()
                except ListError:
                    continue
                fail(
                    f"{file.name} of source {source.name} is read with {what} in it",
                    "name in needs the headings that only this table has",
                )

    def test_a_cut_file_says_nothing_else(
        self, source: AskedSource, market: Market, stocks: Stocks, files: Files
    ) -> None:
        """A file that ends too early is refused, or its rows are about the same instruments."""
        known = set(_by_ticker(rows_of(source, market, files, stocks)))
        for file in files:
            for share in CUTS:
                content = file.content[: int(share * len(file.content))]
                cut = MadeUpFile(file.about, file.name, content, file.pages)
                try:
                    table = cut.read()
                except ListError:
                    continue
                about = f"for {file.name} of which {share:.0%} is left"
                strange = set(_by_ticker(source.rows(market, [table], stocks, about))) - known
                if len(strange) > 1:
                    fail(
                        f"rows of source {source.name} are about {sorted(strange)[:3]} {about}",
                        "leave out rows whose other cells are empty, or state the last line of "
                        "the file: DelimitedText(…, footer=…)",
                    )

    def test_an_enormous_table_is_read(
        self, source: AskedSource, market: Market, stocks: Stocks, files: Files
    ) -> None:
        """20,000 rows take bounded time."""
        tables = []
        for file in files:
            table = file.read()
            times = MANY // (len(files) * len(table.rows)) + 1
            tables.append(Table(table.name, table.preamble, [*table.rows] * times))
        failure = f"rows of source {source.name} took more than {LONGEST_S:g} s for {MANY:,} rows"
        advice = f"look values up in a dict: {location_of(source.raw.rows)}"
        with time_limit(LONGEST_S, failure, advice):
            source.rows(market, tables, stocks, f"for {MANY:,} rows")


def _call(source: AskedSource, market: Market, table: Table, stocks: Stocks, heading: str) -> None:
    """Asks for the rows of a table that a run may refuse, as long as nothing is raised."""
    try:
        list(source.raw.rows(market, [table], stocks))
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    else:
        return
    fail(
        f"rows of source {source.name} raised {said[:200]} for a long cell of {heading!r}",
        f"leave out a row that cannot be read: {location_of(source.raw.rows)}",
    )


def _by_ticker(rows: list[TableRow]) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    return {row.ticker: (dict(row.words), dict(row.identifiers)) for row in rows}


def _spoiled(table: Table, needs: tuple[str, ...]) -> Iterator[tuple[str, list[Row]]]:
    """Yields what is wrong with a table, and its rows."""
    first = table.rows[0]
    texts = cells_of([*HOSTILE_TEXTS, "x" * LONGEST_WORD, "9" * 400, "-", "None", "1e309"])
    for heading in first:
        for text in texts:
            yield f"{text[:40]!r} in {heading!r}", [{**first, heading: text}, *table.rows[1:3]]
        if heading not in needs:
            without: list[Row] = [
                {key: cell for key, cell in row.items() if key != heading} for row in table.rows
            ]
            yield f"no column {heading!r}", without
    for text in texts:
        yield f"{text[:40]!r} in all cells", [dict.fromkeys(first, text), *table.rows[:2]]

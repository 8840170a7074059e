"""The register for those who read it: `spock_core.open_register`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.engine import URL

from spock_core.domain import SecurityType, StoredListing
from spock_core.domain.errors import UsageError
from spock_core.domain.results import RegionCoverage
from spock_core.domain.stock import StockKey
from spock_core.reading import choices, search
from spock_core.reading.records import ChangeRecord, Match, StockRecord
from spock_core.reading.rows import Rows
from spock_core.store.connection.lock import held_regions
from spock_core.store.connection.reading import open_for_reading
from spock_core.store.coverage import read_coverage
from spock_core.store.one_stock import read_stock
from spock_core.store.past_states import history_since
from spock_core.store.reading.selecting import (
    read_regions,
    select_changes,
    select_matches,
    select_stocks,
)

if TYPE_CHECKING:
    from types import TracebackType

    from spock_core.classification.explain import Explanation
    from spock_core.plugins.registry import Plugins
    from spock_core.reading.report.facts import Facts
    from spock_core.reading.values import Values
    from spock_core.store.connection.database import Database

SHARES = (
    SecurityType.COMMON.value,
    SecurityType.DEPOSITARY_RECEIPT.value,
    SecurityType.REIT.value,
)
"""The security types that stand for a company among its peers."""


class Peers(NamedTuple):
    """The peers of a stock."""

    stock: StockRecord
    code: str
    """The GICS code that they share, as deep as it is known of the stock."""
    name: str
    rows: Rows[StockRecord]


AsOf = str | date | None
"""A date, a time, either as text of ISO 8601, or None for the present."""
Texts = str | Iterable[str] | None
"""One text, several, or none, which stands for all."""


def open_register(database: str | PathLike[str], *, plugins: Plugins | None = None) -> Register:
    """Opens a register to read it: a path, or any URL of SQLAlchemy.

    It writes nothing, takes no lock and needs no right to write, so it works beside a run. It is
    closed by `close` or as a context manager. `plugins` are by default the installed ones. Raises
    `UsageError` for an invalid URL, and `StoreError` for a register that does not exist, or that
    another version of Spock wrote.
    """
    text = fspath(database)
    if not text:
        raise UsageError("the name of the register is empty: give a path or a URL")
    address = text if "://" in text else URL.create("sqlite", database=text)
    return Register(open_for_reading(address), plugins)


class Register:
    """A register that is read. `open_register` makes one; its methods raise `StoreError` if the
    database cannot be read."""

    def __init__(self, database: Database, plugins: Plugins | None = None) -> None:
        self._database = database
        self._plugins = plugins

    def __enter__(self) -> Register:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes its connections."""
        self._database.close()

    @property
    def label(self) -> str:
        """Its URL without password."""
        return self._database.label

    @property
    def file(self) -> Path | None:
        """Its file, if it is an SQLite register."""
        return self._database.file

    def stocks(
        self,
        *,
        region: Texts = None,
        sector: Texts = None,
        security_type: Texts = None,
        active: bool | None = True,
        as_of: AsOf = None,
    ) -> Rows[StockRecord]:
        """Returns stocks with their classifications, in the order of region and ticker.

        `sector`: codes or names of GICS sectors, industry groups or industries. `active`: whether
        their list still has them; None for both. `as_of`: a date, which means the end of that day,
        or a time, in UTC if it has no offset: returns what the register said then. Raises
        `UsageError` for a region, sector or security type that does not exist, for a value of
        another type, and for a time of which the register cannot tell.
        """
        moment = self._past(as_of)
        query = select_stocks(
            regions=self._regions(region),
            gics_codes=choices.gics_codes(sector),
            security_types=choices.security_types(security_type),
            active=choices.is_active(active),
            as_of=moment,
        )
        return Rows(self._database, query, StockRecord, moment)

    def search(self, text: str) -> Rows[Match]:
        """Returns instruments whose ticker, Yahoo symbol or names have all words of a text.

        Instruments of all kinds are found, active or not; the best matches come first, and first of
        all those whose key the text is, as for `find`.
        """
        with self._database.read() as connection:
            markets = self._installed().markets.values()
            keys = search.keys_meant(connection, choices.text(text), markets)
        return Rows(self._database, select_matches(text, keys), Match)

    def find(self, text: str) -> list[Match]:
        """Returns the instruments that a text means: `AAPL`, `hk:700`, `NYSE:BRK.B`, or a name."""
        with self._database.read() as connection:
            return search.find(connection, choices.text(text), self._installed().markets.values())

    def nearest(self, text: str) -> list[Match]:
        """Returns the few instruments whose ticker or names are most similar to a text."""
        with self._database.read() as connection:
            markets = self._installed().markets.values()
            return search.nearest(connection, choices.text(text), markets)

    def stock(self, key: str, *, as_of: AsOf = None) -> StockRecord:
        """Returns the one stock that a text means today, as it is or, with `as_of`, as it was.

        `as_of`: as in `stocks`. Raises `UsageError` if the text means none or several, if it was no
        stock then, and for a time of which the register cannot tell.
        """
        one = self._one(key)
        query = select_stocks(active=None, as_of=self._past(as_of))
        table = query.selected_columns
        found = query.where(table["region"] == one.region, table["ticker"] == one.ticker)
        stocks = list(Rows(self._database, found, StockRecord))
        if not stocks and as_of is not None:
            raise UsageError(f"{one.key} was not in the register as a stock on {as_of}")
        if not stocks:
            raise UsageError(f"{one.key} is not a stock: its list has it as {one.asset_type}")
        return stocks[0]

    def peers(self, key: str, *, region: Texts = None) -> Peers:
        """Returns the shares of other companies in the industry of the one stock that a text means.

        If its industry is unknown, those of its industry group, otherwise of its sector. Raises
        `UsageError` if the text means none or several, or a stock without a sector.
        """
        stock = self.stock(key)
        code = stock.industry_code or stock.industry_group_code or stock.sector_code
        if code is None:
            raise UsageError(f"{stock.region}:{stock.ticker} has no sector, so it has no peers")
        query = select_stocks(
            regions=self._regions(region), gics_codes=[code], security_types=SHARES
        )
        table = query.selected_columns
        others = (table["region"] != stock.region) | (table["ticker"] != stock.ticker)
        what = stock.industry or stock.industry_group or str(stock.sector)
        return Peers(stock, code, what, Rows(self._database, query.where(others), StockRecord))

    def changes(
        self, *, since: str | date | timedelta | None = None, region: Texts = None
    ) -> Rows[ChangeRecord]:
        """Returns what changed, the latest first: classifications, and listings new or gone.

        `since`: a date or time, in UTC if it has no offset, or a time ago: `"7d"`, `"36h"`, a
        `timedelta`. Raises `UsageError` for anything else, and for what is yet to come.
        """
        began = None if since is None else choices.since_moment(since, datetime.now(UTC))
        query = select_changes(began, self._regions(region))
        return Rows(self._database, query, ChangeRecord)

    def coverage(self) -> Values[RegionCoverage]:
        """Returns how much the register knows of each region."""
        from spock_core.reading.values import Values, coverage_cells

        with self._database.read() as connection:
            return Values(read_coverage(connection), coverage_cells)

    def explain(self, key: str) -> Values[Explanation]:
        """Returns what each source said of the one stock that a text means, and what decided.

        Raises `UsageError` if the text means none or several.
        """
        from spock_core.classification.explain import explanations
        from spock_core.plugins.contributions import sources_of
        from spock_core.reading.values import Values, explanation_cells

        one, plugins = self._one(key), self._installed()
        with self._database.read() as connection:
            stock = read_stock(connection, StockKey(one.region, one.ticker))
        explained = explanations(
            StoredListing.read(stock.listing),
            plugins.markets.get(one.region),
            sources_of(plugins),
            stock.observations,
        )
        return Values(explained, explanation_cells)

    def facts(self, since: datetime) -> Facts:
        """Returns what a report tells: counts, changes since a moment, and the last runs."""
        from spock_core.plugins.contributions import sources_of
        from spock_core.reading.report.facts import read_facts

        plugins = self._installed()
        held = held_regions(self._database.url)
        with self._database.read() as connection:
            return read_facts(
                connection,
                self.label,
                since,
                datetime.now(UTC),
                plugins.markets,
                sources_of(plugins),
                held,
            )

    def _one(self, text: str) -> Match:
        found = self.find(text)
        if len(found) != 1:
            near = [] if found else self.nearest(text)
            raise search.not_one(text, found, near)
        return found[0]

    def _regions(self, value: Texts) -> list[str]:
        if value is None:
            return []
        with self._database.read() as connection:
            return choices.regions(value, read_regions(connection))

    def _past(self, as_of: AsOf) -> datetime | None:
        if as_of is None:
            return None
        with self._database.read() as connection:
            return choices.past_moment(as_of, datetime.now(UTC), history_since(connection))

    def _installed(self) -> Plugins:
        if self._plugins is None:
            from spock_core.plugins.loader import load_plugins

            self._plugins = load_plugins()
        return self._plugins

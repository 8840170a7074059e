"""Listing source `kis`: KIS's public master files, one zip archive for each list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from spock_core.domain import DamagedLine, Exchange, ListItem, ListState, Market, VenueList
from spock_core.domain.errors import ListError
from spock_core.plugins.hookspecs import hookimpl
from spock_core.sources.kis.archive import lines_of
from spock_core.sources.kis.line import read_line
from spock_core.sources.lines import LineError

if TYPE_CHECKING:
    from spock_core.plugins.context import RunContext
    from spock_core.sources.http.download import Download

LISTED_BY = "kis"
"""The value of `Market.listed_by` for this source."""
PROVIDER = "kis"
"""The name under which its requests are counted."""
MAX_ARCHIVE_BYTES = 64 * 1024 * 1024
"""The largest archive of 2025 has 0.2 MB; a list of a million stocks would have 40 MB."""


@hookimpl(trylast=True)
def spock_listings(
    market: Market, states: Mapping[str, ListState], run: RunContext
) -> Iterable[VenueList] | None:
    """Yields the lists of the market's exchanges. Returns None for a market not listed by KIS."""
    covered = [exchange for exchange in market.exchanges if exchange.kis_code]
    if market.listed_by != LISTED_BY:
        return None
    return _lists(market, covered, states, run) if covered else None


def _lists(
    market: Market,
    exchanges: Iterable[Exchange],
    states: Mapping[str, ListState],
    run: RunContext,
) -> Iterator[VenueList]:
    files = run.shared("kis_master", lambda: MasterFiles(run))
    for exchange in exchanges:
        code = exchange.kis_code or ""
        try:
            state = states.get(exchange.list_name, ListState())
            archive = files.fetch(code, state, market.region)
        except ListError as error:
            yield VenueList(exchange, error=str(error))
            continue
        if archive is None:
            yield VenueList(exchange, unchanged=True, state=states[exchange.list_name])
        else:
            items = read_archive(archive, market.region, exchange)
            yield VenueList(exchange, items=items, state=archive.state)


class MasterFiles:
    """Fetches master files. One object serves a whole run, as `Downloads` does."""

    def __init__(self, run: RunContext) -> None:
        from spock_core.sources.http.bounds import Patience
        from spock_core.sources.http.download import Downloads
        from spock_core.sources.http.retry import RetryPolicy

        policy = RetryPolicy(run.settings.max_retries, run.settings.retry_delay)
        self._base = run.settings.kis_master_url
        self._downloads = Downloads(
            PROVIDER,
            "an archive",
            MAX_ARCHIVE_BYTES,
            (self._base,),
            policy,
            run.notify,
            run.stop,
            run.shared("patience", Patience),
        )

    def fetch(self, kis_code: str, state: ListState, region: str) -> Download | None:
        """Returns the archive of a list, or None if it has not changed since `state`.

        Raises what `Downloads.fetch` raises.
        """
        from spock_core.sources.http.download import file_address

        return self._downloads.fetch(
            file_address(self._base, archive_name(kis_code)), state, region
        )


def archive_name(kis_code: str) -> str:
    """Returns the file name of a list's archive at KIS: `nasmst.cod.zip` for `NAS`."""
    return f"{kis_code.lower()}mst.cod.zip"


def read_archive(archive: Download, region: str, exchange: Exchange) -> Iterator[ListItem]:
    """Yields the line number and listing of every line, or a `DamagedLine`. Closes the file.

    Raises `ListError` if the archive cannot be read.
    """
    name = exchange.list_name
    member = f"{exchange.kis_code}MST.COD"
    with archive.file:
        for number, raw in enumerate(lines_of(archive.file, archive.name, member), start=1):
            if raw is None:
                yield DamagedLine(name, number, "the line is too long")
                continue
            if not raw:
                continue
            try:
                yield number, read_line(raw, region, exchange)
            except LineError as error:
                yield DamagedLine(name, number, str(error), error.ticker)

"""The lists of every exchange that has a KIS code, from the KIS master files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from spock_core.domain import DamagedLine, Exchange, ListItem, ListState, Market, VenueList
from spock_core.errors import ListError
from spock_core.hookspecs import hookimpl
from spock_core.sources.kis_archive import lines_of
from spock_core.sources.kis_line import read_line
from spock_core.sources.lines import LineError

if TYPE_CHECKING:
    from spock_core.context import RunContext
    from spock_core.providers.download import Download
    from spock_core.providers.kis import MasterFiles

LISTED_BY = "kis"
"""As `Market.listed_by` names this source."""


@hookimpl(trylast=True)
def spock_listings(
    market: Market, states: Mapping[str, ListState], run: RunContext
) -> Iterable[VenueList] | None:
    """The master files of the market's exchanges; None where KIS does not list it."""
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
    files = run.shared("kis_master", lambda: _master_files(run))
    for exchange in exchanges:
        code = exchange.kis_code or ""
        try:
            known = states.get(exchange.list_name, ListState())
            archive = files.fetch(code, known, lambda hook, values: run.notify(hook, **values))
        except ListError as error:
            yield VenueList(exchange, error=str(error))
            continue
        if archive is None:
            yield VenueList(exchange, unchanged=True, state=states[exchange.list_name])
        else:
            items = read_archive(archive, market.region, exchange)
            yield VenueList(exchange, items=items, state=archive.state)


def _master_files(run: RunContext) -> MasterFiles:
    from spock_core.limits.retry import RetryPolicy
    from spock_core.providers.kis import MasterFiles

    policy = RetryPolicy(run.settings.max_retries, run.settings.retry_delay)
    return MasterFiles(run.settings.kis_master_url, policy, run.stop)


def read_archive(archive: Download, region: str, exchange: Exchange) -> Iterator[ListItem]:
    """Every line of an archive: its number with its listing, or its damage. Closes the file.

    Raises `ListError` where the archive itself cannot be trusted.
    """
    name = exchange.list_name
    member = f"{exchange.kis_code}MST.COD"
    with archive.file:
        for number, raw in enumerate(lines_of(archive.file, archive.name, member), start=1):
            if raw is None:
                yield DamagedLine(name, number, "far too long")
                continue
            if not raw:
                continue
            try:
                yield number, read_line(raw, region, exchange)
            except LineError as error:
                yield DamagedLine(name, number, str(error), error.ticker)

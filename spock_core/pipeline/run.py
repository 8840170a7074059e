"""The job: list, plan, collect, classify, store; one region's failure stops no other."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from spock_core.domain.errors import Stopped, StoreError, UsageError
from spock_core.domain.events import RunStarted
from spock_core.domain.results import RunResult, RunStatus
from spock_core.domain.stop import Stop
from spock_core.pipeline.executor import open_executor
from spock_core.pipeline.pipeline import Pipeline
from spock_core.pipeline.run_record import RunRecord, mode_of, refresh_of
from spock_core.plugins.calling.folder import folder_kept
from spock_core.plugins.context import RunContext
from spock_core.plugins.registry import Plugins
from spock_core.plugins.selection import select_markets, select_sources
from spock_core.settings.model import Settings
from spock_core.sources.override.file import read_overrides
from spock_core.store import runs
from spock_core.store.connection.database import Database
from spock_core.store.connection.lock import held_regions
from spock_core.store.connection.locked import beginning, open_locked
from spock_core.store.connection.moments import correct_future
from spock_core.store.fetching.provider_rates import rates_of, reset_rates
from spock_core.store.fetching.provider_rests import read_rests
from spock_core.store.runs import read_last_success

log = logging.getLogger(__name__)


def run_pipeline(
    settings: Settings,
    plugins: Plugins,
    stop: Stop | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    given: Settings | None = None,
) -> RunResult:
    """One run over the chosen regions.

    `given`: the settings as the user gave them, which the register keeps, where `settings` send the
    run to a sandbox in their place.

    Raises `UsageError` where the settings ask for something that is not there, such as a plugin's
    executor, `StoreError` where the register cannot be used, `LockedError` where another run works
    on it, and `Stopped` where `stop` was asked before the run began. A region that fails is told in
    the result and raises nothing, and so is a run that was stopped.
    """
    with folder_kept():
        markets = select_markets(settings, plugins)
        sources = select_sources(settings, plugins)
    overrides = read_overrides(settings.overrides) if settings.overrides else None
    stop = stop or Stop()
    with folder_kept(), contextlib.ExitStack() as stack:
        timeout_s = settings.database_timeout
        regions = tuple(market.region for market in markets)
        database = open_locked(
            settings.database, regions, stack, wait=settings.wait, stop=stop, timeout_s=timeout_s
        )
        now = clock()
        with database.read() as connection:
            rests = {} if settings.force_refresh else read_rests(connection, now)
        run = RunContext(
            settings,
            now,
            plugins,
            stop,
            {name: str(rest) for name, rest in rests.items()},
            rates_of(settings.database, settings.database_timeout),
        )
        stack.callback(run.close)
        with folder_kept():  # the register's path, which is read again below, may be relative
            executor = stack.enter_context(open_executor(run))
        with beginning(settings.database, timeout_s, stop):  # runs that begin know of each other
            run_id = _start(database, run, given or settings, regions)
        database.fence(run_id)
        record = stack.enter_context(RunRecord(run, run_id, regions, database, clock))
        with database.read() as connection:
            before = read_last_success(connection, run.now)
        event = RunStarted(run_id, run.now, regions, database.label, before)
        run.notify(event)
        try:
            Pipeline(markets, sources, overrides, database, run, record, executor).run()
            # proves, as each transaction does, that the file is in place: before success is told
            result = record.finish(RunStatus.INTERRUPTED if stop.asked else None)
        except BaseException as error:
            interrupted = isinstance(error, KeyboardInterrupt | Stopped)
            status = RunStatus.INTERRUPTED if interrupted else RunStatus.FAILED
            with contextlib.suppress(StoreError, Stopped):  # the database may be what failed
                result = record.finish(status, None if interrupted else error)
                run.notify(result)
            raise
        run.notify(result)
        database.check_file()  # observers may have taken long, and the caller says success now
        return result


def _start(database: Database, run: RunContext, settings: Settings, regions: Sequence[str]) -> int:
    others = (held_regions(database.url) or frozenset()) - set(regions)
    with database.write() as connection:
        runs.close_killed_runs(connection, regions)
        reset_rates(connection, alone=not others)
        corrected = correct_future(connection, run.now, regions if others else None)
        if corrected:
            log.warning(
                "%d moments in the register were later than now, because the clock of a run was "
                "ahead: what was learned then is confirmed again",
                corrected,
            )
        made_up = runs.holds_made_up_data(connection, others)
        if made_up is not None and made_up != settings.sandbox:
            holds, asked = ("made-up", "real") if made_up else ("real", "made-up")
            raise UsageError(
                f"{database.label} holds {holds} stocks and this run would bring {asked} ones: "
                "name another --database"
            )
        return runs.start_run(
            connection,
            started_at=run.now,
            mode=mode_of(settings),
            refresh=refresh_of(settings),
            made_up=settings.sandbox,
            settings=settings.public(),
            regions=regions,
        )

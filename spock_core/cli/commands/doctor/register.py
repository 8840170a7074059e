"""Checks of the register: access, integrity, disk space, and the last run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

from spock_core.cli.commands.doctor.finding import Finding, ok, problem, warning
from spock_core.domain.errors import NoRegister, SpockError
from spock_core.domain.text import age_text, format_utc
from spock_core.settings.model import Settings
from spock_core.store.connection.address import file_of, parse_url
from spock_core.store.connection.database import Database, check_integrity
from spock_core.store.connection.lock import held_regions
from spock_core.store.connection.moments import TOLERANCE, count_future
from spock_core.store.connection.opening import open_database
from spock_core.store.connection.versions import CURRENT
from spock_core.store.fetching.failed_screens import read_failed
from spock_core.store.fetching.provider_rests import read_rests
from spock_core.store.fetching.table_sources import read_table_states
from spock_core.store.periods import read_doubtful_keys
from spock_core.store.runs import read_runs

LEAST_SPACE = 200 * 1024 * 1024
"""Bytes of free disk space. A register of all five regions has about 20 MB, and its write-ahead log
takes as much during a run."""
MOST_NAMED = 10
OLD = timedelta(hours=26)
"""The most that lies between the starts of two nightly runs, one of them late."""


def check_register(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Checks the register; checks that need it are skipped if it cannot be opened."""
    try:
        database = open_database(
            settings.database, create=False, migrate=False, timeout_s=settings.database_timeout
        )
    except NoRegister as error:
        yield warning("register", str(error), "run `spock enrich` once")
        yield from _disk_space(settings)
        return
    except SpockError as error:
        yield problem("register", str(error), "see docs/operations.md")
        return
    try:
        yield ok("register", f"{database.label}, schema {CURRENT}")
        yield from _integrity(database)
        yield from _disk_space(settings)
        yield from _moments(database, now)
        yield from _last_run(database, now)
        yield from _doubts(database)
        yield from _rests(database, now)
        yield from _tables(database, now)
    except SpockError as error:
        yield problem("register", str(error), "see docs/operations.md")
    finally:
        database.close()


def _integrity(database: Database) -> Iterator[Finding]:
    with database.read() as connection:
        faults = check_integrity(connection)
    if faults:
        yield problem("integrity", faults[0], "restore a backup, see docs/operations.md")
    else:
        yield ok("integrity", "intact")


def _disk_space(settings: Settings) -> Iterator[Finding]:
    path = file_of(parse_url(settings.database))
    if path is None or not path.parent.is_dir():
        return
    free = shutil.disk_usage(path.parent).free
    text = f"{free / 1024**2:,.0f} MB free"
    if free < LEAST_SPACE:
        yield problem("disk", text, "free disk space: a run needs up to 200 MB")
    else:
        yield ok("disk", text)


def _moments(database: Database, now: datetime) -> Iterator[Finding]:
    """Finds what was written while the clock of this or another machine was ahead."""
    with database.read() as connection:
        count, latest = count_future(connection, now)
    if count and latest is not None:
        yield warning(
            "moments",
            f"{count:,} in the register are later than now, the latest {format_utc(latest)}",
            "synchronize the clock (NTP); the next run confirms again what was learned then",
        )
    else:
        yield ok("moments", "none is later than now")


def _last_run(database: Database, now: datetime) -> Iterator[Finding]:
    held = held_regions(database.url)
    with database.read() as connection:
        found = read_runs(connection, most=1, held=held)
    if not found:
        yield warning("last run", "none", "run `spock enrich` once")
        return
    run = found[0]
    text = f"run {run.run_id}, {age_text(run.started_at, now)}: {run.status}"
    if run.started_at > now + TOLERANCE:
        yield warning("last run", text, "the clock was ahead then, or is behind now (NTP)")
    elif run.status in ("failed", "interrupted"):
        yield warning("last run", text, f"spock runs show {run.run_id}")
    elif now - run.started_at > OLD:
        yield warning("last run", text, "check the timer or cron line that should start it")
    else:
        yield ok("last run", text)


def _rests(database: Database, now: datetime) -> Iterator[Finding]:
    with database.read() as connection:
        rests = read_rests(connection, now)
        failed = read_failed(connection)
    for provider, rest in rests.items():
        advice = "runs leave it alone until then; with --force-refresh it is asked all the same"
        yield warning(f"{provider} rests", str(rest), advice)
    for one in failed:
        text = f"{one.group!r} was {one.because} {one.times} times in a row"
        advice = (
            f"it is asked for again after {one.ask_again_at:%F %H:%M} UTC, or with --force-refresh"
            if one.rests(now)
            else "the next run asks for it again"
        )
        yield warning(f"{one.source} failed", text, advice)


def _tables(database: Database, now: datetime) -> Iterator[Finding]:
    with database.read() as connection:
        states = read_table_states(connection)
    for state in states:
        if state.failing_since is not None:
            age = age_text(state.failing_since, now)
            found = f"{state.region}: no usable table since {age}: {state.error}"
            advice = "what it said before still counts; see the log, or correct --tables-url"
            yield warning(f"source {state.source}", found, advice)


def _doubts(database: Database) -> Iterator[Finding]:
    with database.read() as connection:
        keys = read_doubtful_keys(connection)
    if keys:
        some = ", ".join(":".join(key) for key in keys[:MOST_NAMED])
        more = f" and {len(keys) - MOST_NAMED} more" if len(keys) > MOST_NAMED else ""
        text = f"in doubt whether these keys passed to another company: {some}{more}"
        yield warning("listings", text, "a run with Yahoo's sources asks; see `spock show`")

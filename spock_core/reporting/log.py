"""The log: one line for each event of a run, on stderr and in a file."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spock_core.domain.errors import UsageError
from spock_core.domain.events import ListingChanges, RegionStarted, RequestMade, Retry, RunStarted
from spock_core.domain.results import RegionResult, RegionStatus
from spock_core.domain.text import sanitize
from spock_core.plugins.hookspecs import hookimpl
from spock_core.plugins.registry import Plugins
from spock_core.settings.model import Settings

log = logging.getLogger("spock_core")


class _OneLine(logging.Formatter):
    """Formats times as UTC, and removes control characters and line breaks from messages.

    Text from outside can therefore neither control a terminal nor forge a line of the log.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = sanitize(record.message, 4_000)
        return super().formatMessage(record)

    def formatException(self, exc_info: Any) -> str:
        """Formats a traceback, each of its lines sanitized and indented."""
        lines = super().formatException(exc_info).split("\n")
        return "\n".join("  " + sanitize(line, 4_000) for line in lines)


class _Listener:
    """An observer that writes a line for each event."""

    @hookimpl
    def spock_run_started(self, event: RunStarted) -> None:
        regions = ", ".join(event.regions)
        log.info("run %s: %s into %s", event.run_id, regions, event.database)

    @hookimpl
    def spock_region_started(self, event: RegionStarted) -> None:
        log.debug("%s: reading the lists; %d stocks stored", event.region, event.total)

    @hookimpl
    def spock_region_listed(self, region: str, total: int, changes: ListingChanges) -> None:
        summary = (
            f"{changes.new:,} new, {changes.changed:,} changed, {changes.gone:,} gone, "
            f"{changes.back:,} back"
            + (f", {changes.passed:,} passed to another instrument" if changes.passed else "")
            if changes.written
            else "unchanged as far as they could be read"
            if changes.refused
            else "unchanged"
        )
        log.info(
            "%s: %s listings, %s; %s stocks", region, f"{changes.listed:,}", summary, f"{total:,}"
        )
        for line in changes.damaged:
            log.warning(
                "%s: list %s: line %d is damaged: %s",
                region,
                line.list_name,
                line.line,
                line.reason,
            )
        if changes.damaged_count > len(changes.damaged):
            log.warning("%s: %d damaged lines in total", region, changes.damaged_count)
        for reason in changes.refused:
            log.warning("%s: list refused: %s", region, reason)

    @hookimpl
    def spock_region_finished(self, result: RegionResult) -> None:
        already_logged = "; ".join(result.listing.refused)
        failed = result.status in (RegionStatus.FAILED, RegionStatus.ERROR)
        if failed and result.error != already_logged:
            log.error("%s: %s: %s", result.region, result.status.value, result.error)
        else:
            log.debug("%s: %s in %.1f s", result.region, result.status.value, result.duration_s)

    @hookimpl
    def spock_request_made(self, event: RequestMade) -> None:
        log.debug("%s: %s in %.3f s", event.provider, event.outcome, event.seconds)

    @hookimpl
    def spock_retry(self, event: Retry) -> None:
        log.info(
            "%s: %s; retry %d in %.1f s",
            event.provider,
            event.reason,
            event.attempt,
            event.wait_s,
        )


def set_up(settings: Settings, plugins: Plugins) -> None:
    """Configures the log of the command: stderr, and the log file if the settings name one.

    Raises `UsageError` if the file cannot be opened.
    """
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()
    log.propagate = False
    log.setLevel(logging.DEBUG)
    console = logging.StreamHandler(sys.stderr)
    console.setFormatter(_OneLine("spock: %(message)s"))
    console.setLevel(logging.DEBUG if settings.verbose else logging.INFO)
    log.addHandler(console)
    if settings.log_file is not None:
        log.addHandler(_file(settings.log_file))
    plugins.add(_Listener(), name=__name__)


@contextlib.contextmanager
def write_log_file(settings: Settings, plugins: Plugins) -> Iterator[None]:
    """Writes the log file that the settings name, for the duration of a run from Python.

    The logger `spock_core` belongs to the caller, so its other handlers are not changed and its
    level is restored. Raises `UsageError` if the file cannot be opened.
    """
    plugins.add(_Listener(), name=__name__)
    if settings.log_file is None:
        yield
        return
    file, level = _file(settings.log_file), log.level
    log.addHandler(file)
    log.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        log.removeHandler(file)
        log.setLevel(level)
        file.close()


def _file(path: Path) -> logging.Handler:
    try:
        file = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"log file {path}: {error.strerror}") from error
    file.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    return file

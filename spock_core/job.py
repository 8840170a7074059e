"""A run with all that the settings ask for around it: observers, sandbox, report file."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from spock_core.enrich import enrich
from spock_core.errors import not_installed
from spock_core.observers import report_file
from spock_core.output_file import check_path
from spock_core.plugins import Plugins
from spock_core.results import RunResult
from spock_core.settings import Settings, flag_of
from spock_core.stop import Stop

log = logging.getLogger(__name__)

METRICS = ("prometheus_port", "pushgateway_url", "metrics_textfile")
"""Settings that ask for metrics."""


def run_job(settings: Settings, plugins: Plugins, stop: Stop | None = None) -> RunResult:
    """One run. Raises what `enrich` raises. Its report is written by `write_report`."""
    if settings.report_file is not None:
        check_path(settings.report_file, report_file.WHAT)
    stop = stop or Stop()
    with observers(settings, plugins, stop), _providers(settings, plugins) as redirected:
        return enrich(redirected, plugins, stop)


def write_report(result: RunResult, settings: Settings) -> None:
    """Writes the report file that was asked for. Raises `OutputError`."""
    if settings.report_file is not None:
        report_file.write(result, settings, settings.report_file)


@contextlib.contextmanager
def observers(settings: Settings, plugins: Plugins, stop: Stop) -> Iterator[None]:
    """The observers that were asked for; each is imported only then.

    What is wrong with plugins is told at once, in the log.
    """
    _tell_of(plugins)
    with contextlib.ExitStack() as stack:
        wanted = [name for name in METRICS if getattr(settings, name) is not None]
        if wanted:
            try:
                from spock_core.observers.metrics_out import publishing
            except ModuleNotFoundError as error:
                raise not_installed(flag_of(wanted[0]), "prometheus-client", "metrics") from error
            stack.enter_context(publishing(settings, plugins, stop))
        if settings.progress_bar:
            try:
                from spock_core.observers import progress
            except ModuleNotFoundError as error:
                raise not_installed("--progress-bar", "tqdm", "progress") from error
            stack.enter_context(progress.showing(plugins, by_region=settings.parallel))
        yield


def _tell_of(plugins: Plugins) -> None:
    """Which plugins were left out, failed while they were loaded, or must change one day."""
    for plugin in plugins.broken:
        log.warning("%s is left out: %s", plugin.label, plugin.error)
    for (name, hook), reason in plugins.complaints.items():
        log.warning("plugin %s failed in %s: %s", name, hook, reason)
    for plugin in plugins.plugins:
        for note in plugin.notes:
            log.warning("%s must change one day: %s", plugin.label, note)


@contextlib.contextmanager
def _providers(settings: Settings, plugins: Plugins) -> Iterator[Settings]:
    """The settings, sent to a sandbox where one was asked for."""
    if not settings.sandbox:
        yield settings
        return
    from spock_core.sandbox.hosted import hosted

    with hosted(settings, plugins) as redirected:
        yield redirected

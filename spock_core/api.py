"""Spock from Python, for notebooks and schedulers such as Airflow, Dagster and Prefect.

from spock_core.api import enrich

result = enrich(regions=["US", "JP"], database="sqlite:///spock.db")
result.raise_for_status()
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from spock_core.domain.errors import not_installed
from spock_core.domain.results import RunResult
from spock_core.domain.stop import Stop
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.reporting import report_file
from spock_core.reporting.log import write_log_file
from spock_core.reporting.output import check_path
from spock_core.settings.model import Settings, flag_of, load_settings


def enrich(*, stop: Stop | None = None, **settings: Any) -> RunResult:
    """Executes a run like `spock enrich`, and returns its result.

    `settings` are those of `docs/settings.md` under the names of their flags (`max_age_days=14`).
    Others come from the environment, `.env` and the settings file, as for the command. The function
    prints nothing, handles no signals and never exits; it logs to the logger `spock_core`.
    `stop.ask()` from another thread ends the run early; what was done is kept.

    A failed region does not raise an error: see `result.failed_regions`, or call
    `result.raise_for_status()`. Raises `UsageError`, `StoreError`, `LockedError` or `OutputError`,
    and `Stopped` if it is stopped while it waits for the lock. All of them are `SpockError`.
    """
    chosen = load_settings(settings)
    plugins = load_plugins()
    with write_log_file(chosen, plugins):
        result = run_job(chosen, plugins, stop)
    write_report(result, chosen)
    return result


log = logging.getLogger(__name__)

METRICS = ("prometheus_port", "pushgateway_url", "metrics_textfile")
"""The settings that enable metrics."""


def run_job(settings: Settings, plugins: Plugins, stop: Stop | None = None) -> RunResult:
    """Executes a run with the observers that the settings ask for.

    The report is not written: see `write_report`. Raises the errors of `run_pipeline`.
    """
    if settings.report_file is not None:
        check_path(settings.report_file, report_file.WHAT)
    stop = stop or Stop()
    with attached_observers(settings, plugins, stop), _providers(settings, plugins) as redirected:
        return run_pipeline(redirected, plugins, stop, given=settings)


def write_report(result: RunResult, settings: Settings) -> None:
    """Writes the report file if the settings name one. Raises `OutputError` if that fails."""
    if settings.report_file is not None:
        report_file.write(result, settings, settings.report_file)


@contextlib.contextmanager
def attached_observers(settings: Settings, plugins: Plugins, stop: Stop) -> Iterator[None]:
    """Attaches the observers that the settings ask for; each is imported only if it is needed.

    Faults of plugins are logged first. Raises `UsageError` if the extra of an observer is missing.
    """
    _log_plugins(plugins)
    with contextlib.ExitStack() as stack:
        wanted = [name for name in METRICS if getattr(settings, name) is not None]
        if wanted:
            try:
                from spock_core.reporting.metrics_export import export_metrics
            except ModuleNotFoundError as error:
                raise not_installed(flag_of(wanted[0]), "prometheus-client", "metrics") from error
            stack.enter_context(export_metrics(settings, plugins, stop))
        if settings.progress_bar:
            try:
                from spock_core.reporting.progress_bar import show_progress
            except ModuleNotFoundError as error:
                raise not_installed("--progress-bar", "tqdm", "progress") from error
            stack.enter_context(show_progress(plugins, by_region=settings.parallel))
        yield


def _log_plugins(plugins: Plugins) -> None:
    """Logs which plugins are not loaded, failed while loading, or use what is deprecated."""
    for plugin in plugins.broken:
        log.warning("%s is not loaded: %s", plugin.label, plugin.error)
    for (name, hook), reason in plugins.faults.items():
        log.warning("plugin %s failed in %s: %s", name, hook, reason)
    for plugin in plugins.plugins:
        for note in plugin.notes:
            log.warning("%s uses what is deprecated: %s", plugin.label, note)


@contextlib.contextmanager
def _providers(settings: Settings, plugins: Plugins) -> Iterator[Settings]:
    """Starts a sandbox if the settings ask for one.

    Returns the settings, with the addresses of the sandbox in place of the providers'.
    """
    if not settings.sandbox:
        yield settings
        return
    from spock_core.sandbox.hosted import hosted_sandbox

    with hosted_sandbox(settings, plugins) as redirected:
        yield redirected

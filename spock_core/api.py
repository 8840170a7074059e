"""Spock from Python, for notebooks and schedulers such as Airflow, Dagster and Prefect.

from spock_core import enrich

result = enrich(regions=["US", "JP"], database="sqlite:///spock.db")
result.raise_for_status()
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from spock_core.domain.errors import not_installed
from spock_core.domain.results import RunResult
from spock_core.domain.stop import Stop
from spock_core.pipeline.dry_run import dry_run as plan_run
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.reporting import report_file
from spock_core.reporting.files.input_files import input_files
from spock_core.reporting.files.output_files import check_outputs
from spock_core.reporting.log import write_log_file
from spock_core.reporting.output import check_path
from spock_core.settings.model import Settings, load_settings, settings_of_missing_plugins
from spock_core.settings.names import check_name, flag_of
from spock_core.store.connection.address import file_of, parse_url


def enrich(
    *,
    regions: str | Iterable[str] | None = None,
    force_refresh: bool | None = None,
    max_age_days: int | None = None,
    dry_run: bool | None = None,
    max_retries: int | None = None,
    retry_delay: float | None = None,
    parallel: bool | None = None,
    max_workers: int | None = None,
    progress_bar: bool | None = None,
    prometheus_port: int | None = None,
    prometheus_address: str | None = None,
    prometheus_linger: float | None = None,
    pushgateway_url: str | None = None,
    metrics_textfile: str | Path | None = None,
    verbose: bool | None = None,
    log_file: str | Path | None = None,
    report_file: str | Path | None = None,
    database: str | None = None,
    database_timeout: float | None = None,
    wait: bool | None = None,
    sources: str | Iterable[str] | None = None,
    opt_in: str | Iterable[str] | None = None,
    overrides: str | Path | None = None,
    sandbox: bool | None = None,
    sandbox_size: int | None = None,
    sandbox_seed: int | None = None,
    json_output: bool | None = None,
    fail_under: float | None = None,
    fail_under_coverage: float | None = None,
    fail_over_age: float | None = None,
    accept_shrunk: bool | None = None,
    yahoo_url: str | None = None,
    yahoo_rate: float | None = None,
    profile_budget: int | None = None,
    kis_api_budget: int | None = None,
    kis_master_url: str | Path | None = None,
    lists_url: str | Path | None = None,
    tables_url: str | Path | None = None,
    kis_api_url: str | None = None,
    kis_app_key: str | None = None,
    kis_app_secret: str | None = None,
    kis_app_key_file: str | Path | None = None,
    kis_app_secret_file: str | Path | None = None,
    cache_folder: str | Path | None = None,
    stop: Stop | None = None,
    **of_plugins: str | float | None,
) -> RunResult:
    """Executes a run like `spock enrich`, and returns its result.

    The arguments are the settings of `docs/settings.md` under the names of their flags. One that is
    None or missing comes from the environment, `.env` or the settings file, as for the command.
    Settings that plugins declare are arguments too.
    The function prints nothing, handles no signals and never exits; it logs to the logger
    `spock_core`. `json_output` and `verbose` therefore have no effect. `fail_under`,
    `fail_under_coverage` and `fail_over_age` set the exit code of the command: compare the result
    yourself. `stop.ask()` from another thread ends the run early; what was
    done is kept.

    With `dry_run`, nothing is fetched and nothing written; the result tells what the register holds
    and which requests are planned.

    A failed region does not raise an error: see `result.failed_regions`, or call
    `result.raise_for_status()`. Raises `UsageError`, `StoreError`, `LockedError` or `OutputError`,
    and `Stopped` if it is stopped while it waits for the lock. All of them are `SpockError`.
    """
    arguments = locals()
    plugins = load_plugins()
    declared = settings_of(plugins)
    known = {*Settings.model_fields, *(setting.name for setting in declared)}
    for name in of_plugins:
        check_name(name, known | {"stop"})  # misspelt arguments are here too
    own = {name: arguments[name] for name in Settings.model_fields}
    chosen = load_settings(own | of_plugins, declared)
    check_files(chosen, plugins)
    with write_log_file(chosen, plugins):
        if chosen.dry_run:
            with attached_observers(chosen, plugins, Stop()):
                return plan_run(chosen, plugins).result
        result = run_job(chosen, plugins, stop)
    write_report(result, chosen)
    return result


log = logging.getLogger(__name__)

METRICS = ("prometheus_port", "pushgateway_url", "metrics_textfile")
"""The settings that enable metrics."""


def check_files(settings: Settings, plugins: Plugins) -> None:
    """Raises `UsageError` for an output that cannot be written, or is a file that the run reads.

    Call it before anything is written, the log included.
    """
    outputs = {
        report_file.WHAT: settings.report_file,
        "metrics file": settings.metrics_textfile,
        "log file": settings.log_file,
    }
    register = file_of(parse_url(settings.database))
    check_outputs(outputs, input_files(settings, plugins, register))
    if settings.report_file is not None:
        check_path(settings.report_file, report_file.WHAT)


def run_job(settings: Settings, plugins: Plugins, stop: Stop | None = None) -> RunResult:
    """Executes a run with the observers that the settings ask for.

    The report is not written: see `write_report`. Call `check_files` first. Raises the errors of
    `run_pipeline`.
    """
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
    """Logs which plugins are not loaded, failed while loading, use what is deprecated, or are
    missing while a setting of theirs is given."""
    for text in settings_of_missing_plugins(settings_of(plugins)):
        log.warning("%s", text)
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

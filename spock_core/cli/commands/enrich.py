"""`spock enrich`: one run, which brings the register up to date."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from spock_core.api import attached_observers, check_files, run_job, write_report
from spock_core.cli.flags import add_flags
from spock_core.cli.signals import INTERRUPTED, stopped_by_signals
from spock_core.domain.results import RunResult, RunStatus
from spock_core.domain.stop import Stop
from spock_core.domain.text import sanitize
from spock_core.pipeline.dry_run import DryRun, dry_run
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.reporting import log as log_observer
from spock_core.reporting import run_document as report
from spock_core.reporting import summary
from spock_core.reporting.gates import failed_gates
from spock_core.reporting.output import show
from spock_core.reporting.tables import fitted_table
from spock_core.settings.model import Settings, load_settings

log = logging.getLogger(__name__)

THREADS_END_S = 0.5
"""How long a thread may take to end after a run."""

FLAGS = (
    "regions",
    "force_refresh",
    "max_age_days",
    "dry_run",
    "max_retries",
    "retry_delay",
    "parallel",
    "max_workers",
    "progress_bar",
    "prometheus_port",
    "prometheus_address",
    "prometheus_linger",
    "pushgateway_url",
    "metrics_textfile",
    "verbose",
    "log_file",
    "report_file",
    "database",
    "database_timeout",
    "wait",
    "sources",
    "opt_in",
    "overrides",
    "sandbox",
    "sandbox_size",
    "sandbox_seed",
    "json_output",
    "fail_under",
    "fail_under_coverage",
    "fail_over_age",
    "accept_shrunk",
    "kis_master_url",
    "lists_url",
    "tables_url",
    "yahoo_url",
    "yahoo_rate",
    "profile_budget",
    "kis_api_budget",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the settings of a run."""
    add_flags(parser, FLAGS)


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Executes a run, prints its result and returns the exit code."""
    settings = load_settings(arguments, settings_of(plugins))
    if settings.progress_bar and "progress_bar" not in arguments and not sys.stderr.isatty():
        settings = settings.model_copy(update={"progress_bar": False})  # not in logs of cron
    check_files(settings, plugins)
    log_observer.set_up(settings, plugins)
    if settings.dry_run:
        with attached_observers(settings, plugins, Stop()):
            return _dry_run(settings, plugins)
    stop = Stop()
    before = set(threading.enumerate())
    with stopped_by_signals(stop, plugins.calls):
        result = run_job(settings, plugins, stop)
        _show(result, settings)
        write_report(result, settings)
    running = None if stop.abandoned else _still_running(set(threading.enumerate()) - before)
    if stop.abandoned or (stop.asked and running):
        logging.shutdown()
        os._exit(INTERRUPTED)  # a thread still waits for an answer, and Python would wait for it
    if running:
        log.warning(
            "a plugin has begun the thread %r, which still runs: the process waits for its end",
            sanitize(running, 80),
        )
    return exit_code(result, settings)


def _still_running(threads: Iterable[threading.Thread]) -> str | None:
    """The name of one of these threads that keeps the process from ending, and does not end."""
    for thread in threads:
        if not thread.daemon:
            thread.join(THREADS_END_S)
            if thread.is_alive():
                return thread.name
    return None


def exit_code(result: RunResult, settings: Settings) -> int:
    """Returns the exit code of a run, and logs which gates it does not pass.

    0 if all regions succeeded and passed all gates, otherwise 1; 130 if the run was interrupted.
    """
    failed = _failed_gates(result, settings)
    for line in failed:
        log.error("%s", line)
    if result.status is RunStatus.INTERRUPTED:
        return INTERRUPTED
    return 1 if failed or result.failed_regions else 0


def _failed_gates(result: RunResult, settings: Settings) -> list[str]:
    lines = []
    if settings.fail_under is not None and result.success_rate < settings.fail_under:
        lines.append(
            f"success rate {result.success_rate:.3f}: below --fail-under {settings.fail_under:g}"
        )
    regions = [region.region for region in result.regions]
    return lines + failed_gates(
        regions, result.coverage, result.last_success, settings, result.finished_at
    )


def _dry_run(settings: Settings, plugins: Plugins) -> int:
    found = dry_run(settings, plugins)
    if settings.json_output:
        plan = {
            "requests": found.requests,
            "seconds": round(found.seconds, 1),
            "coverage": round(found.coverage, 6),
            "regions": [asdict(region) for region in found.regions],
        }
        show(json.dumps(report.document(found.result) | {"plan": plan}, indent=2))
    else:
        show(dry_run_text(found))
    return 0


def _show(result: RunResult, settings: Settings) -> None:
    if settings.json_output:
        show(json.dumps(report.document(result), indent=2))
    else:
        show(summary.summary(result, settings))


def dry_run_text(found: DryRun) -> str:
    """Returns the text that `--dry-run` prints."""
    rows = [
        (
            region.region,
            " ".join(region.lists),
            f"{region.stocks:,}",
            f"{region.classified:,}",
            f"{region.due:,}",
        )
        for region in found.regions
    ]
    headers = ("region", "lists to read", "stocks", "with a sector", "pending")
    lines = [fitted_table(headers, rows, right=headers[2:]), ""]
    for plan in found.plans:
        asked = found.requests_to(plan.provider.name)
        requests = ", ".join(f"{name} {number:,}" for name, number in asked.items())
        seconds = found.seconds_of(plan)
        lines.append(
            f"requests to {plan.provider.name}: {requests}; "
            f"about {seconds:,.0f} s at {plan.rate:g} per second"
        )
        if plan.left:
            most = "up to " if plan.presence else ""  # it may not know some of them
            left = f"{most}{plan.left:,} more stocks"
            lines.append(f"{left} are left for later runs: {plan.provider.name}'s budget of a day")
    if found.expected:
        lines.append(
            f"estimated for {found.expected:,} stocks of lists that the register does not have yet"
        )
    else:
        lines.append(f"coverage afterwards: up to {100 * found.coverage:.1f} %")
    return "\n".join([*lines, "dry run: nothing was fetched, nothing was written"])

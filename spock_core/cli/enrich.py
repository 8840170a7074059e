"""`spock enrich`: the main job."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from spock_core.choose import choose_markets
from spock_core.cli.flags import add_flags
from spock_core.enrich import enrich
from spock_core.errors import UsageError
from spock_core.events import RunResult
from spock_core.observers import log as log_observer
from spock_core.observers import report
from spock_core.plugins import Plugins
from spock_core.preview import preview
from spock_core.secrets import hide_password
from spock_core.settings import Settings, load_settings
from spock_core.show import show

SANDBOX_RATE = 100.0
"""Nobody minds requests to one's own sandbox; a rate that was asked for is kept all the same."""
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
    "verbose",
    "log_file",
    "report_file",
    "database",
    "sources",
    "sandbox",
    "sandbox_size",
    "sandbox_seed",
    "json_output",
    "fail_under",
    "accept_shrunk",
    "kis_master_url",
    "yahoo_url",
    "yahoo_rate",
    "profile_budget",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """All settings of a run."""
    add_flags(parser, FLAGS)


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Runs the job, prints what became of it, and gives its exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = load_settings(arguments)
    log_observer.set_up(settings, plugins)
    for plugin in plugins.broken:
        log_observer.warn(f"{plugin.label} is left out: {plugin.error}")
    if settings.report_file is not None:
        report.check_path(settings.report_file)
    if settings.dry_run:
        with _observers(settings, plugins):
            return _preview(settings, plugins)
    with _sandbox(settings, plugins) as settings, _observers(settings, plugins):
        result = enrich(settings, plugins)
    _show(result, settings)
    return exit_code(result, settings)


def exit_code(result: RunResult, settings: Settings) -> int:
    """0 when every region came through and enough stocks did, else 1."""
    if result.failed_regions:
        return 1
    too_few = settings.fail_under is not None and result.success_rate < settings.fail_under
    return 1 if too_few else 0


def _preview(settings: Settings, plugins: Plugins) -> int:
    found = preview(settings, plugins)
    if settings.json_output:
        plan = {
            "requests": found.plan.requests,
            "seconds": round(found.seconds, 1),
            "coverage": round(found.coverage, 6),
            "regions": [asdict(region) for region in found.regions],
        }
        show(json.dumps(report.document(found.result) | {"plan": plan}, indent=2))
    else:
        show(report.preview_text(found))
    return 0


def _show(result: RunResult, settings: Settings) -> None:
    if settings.json_output:
        show(json.dumps(report.document(result), indent=2))
    else:
        show(report.summary(result, settings))
    if settings.report_file is not None:
        report.write(result, settings, settings.report_file)


@contextlib.contextmanager
def _sandbox(settings: Settings, plugins: Plugins) -> Iterator[Settings]:
    """The settings, sent to a sandbox of our own for as long as the run lasts."""
    if not settings.sandbox:
        yield settings
        return
    from spock_core.sandbox.server import serve
    from spock_core.sandbox.universe import make_universe

    print(
        "spock: sandbox: every stock in this run is made up; "
        f"look at the result in {hide_password(settings.database)}",
        file=sys.stderr,
    )
    universe = make_universe(plugins, settings.sandbox_size, settings.sandbox_seed)
    settings = _without_strangers(settings, plugins, {region for region, _ in universe.lists})
    with serve(universe, plugins.markets) as server:
        yield settings.model_copy(
            update={
                "kis_master_url": server.kis_master_url,
                "yahoo_url": server.url,
                "yahoo_rate": settings.yahoo_rate
                if "yahoo_rate" in settings.model_fields_set
                else SANDBOX_RATE,
            }
        )


def _without_strangers(settings: Settings, plugins: Plugins, made_up: set[str]) -> Settings:
    """The settings without the markets that need KIS lists and do not say how to make them up."""
    chosen = choose_markets(settings, plugins)
    strangers = [
        market.region
        for market in chosen
        if market.region not in made_up and any(one.kis_code for one in market.exchanges)
    ]
    if not strangers:
        return settings
    names = ", ".join(strangers)
    log_observer.warn(f"the sandbox leaves out {names}: no recipe (hook spock_sandbox_recipe)")
    left = tuple(market.region for market in chosen if market.region not in strangers)
    if not left:
        raise UsageError(f"the sandbox has nothing to offer for {names}: no recipe")
    return settings.model_copy(update={"regions": left})


@contextlib.contextmanager
def _observers(settings: Settings, plugins: Plugins) -> Iterator[None]:
    """The observers that were asked for; each is imported only then."""
    with contextlib.ExitStack() as stack:
        if settings.prometheus_port is not None:
            try:
                from spock_core.observers import metrics
            except ModuleNotFoundError as error:
                raise _missing("--prometheus-port", "prometheus-client", "metrics") from error
            stack.enter_context(metrics.serving(settings.prometheus_port, plugins))
        if settings.progress_bar:
            try:
                from spock_core.observers import progress
            except ModuleNotFoundError as error:
                raise _missing("--progress-bar", "tqdm", "progress") from error
            stack.enter_context(progress.showing(plugins))
        yield


def _missing(flag: str, package: str, extra: str) -> UsageError:
    return UsageError(f"{flag} needs {package}: pip install 'spock-core[{extra}]'")

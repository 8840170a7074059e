"""Exports metrics: an HTTP endpoint during the run, a push or a textfile when it ends.

Wrong settings are found before the run begins. A failure at the end is logged and never fails the
run.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    generate_latest,
    pushadd_to_gateway,
    start_http_server,
)

from spock_core.domain.errors import OutputError, UsageError
from spock_core.domain.stop import Stop
from spock_core.domain.text import redact_url, sanitize
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.registry import Plugins
from spock_core.reporting.metrics import Metrics
from spock_core.reporting.output import replaced
from spock_core.settings.model import Settings

JOB = "spock"
PUSH_TIMEOUT_S = 10.0
PUSH_STOPPED_S = 0.5
"""The same where the user waits for the end of a run that was stopped."""
TEXTFILE_MODE = 0o644

log = logging.getLogger(__name__)


@contextlib.contextmanager
def export_metrics(settings: Settings, plugins: Plugins, stop: Stop) -> Iterator[None]:
    """Exports metrics in every way that the settings ask for.

    Raises `UsageError` on entry if a port or a file cannot be used.
    """
    registry = CollectorRegistry()
    metrics = Metrics(registry, {s.name: s.counts_as for s in sources_of(plugins).values()})
    with contextlib.ExitStack() as stack:
        if settings.metrics_textfile is not None:
            _check_textfile(settings.metrics_textfile)
        if settings.prometheus_port is not None:
            stack.enter_context(_serving(settings, registry, stop))
        plugins.add(metrics, name=__name__)
        stack.callback(plugins.remove, metrics)
        stack.callback(_export_if_complete, settings, registry, metrics, stop)
        yield


@contextlib.contextmanager
def _serving(settings: Settings, registry: CollectorRegistry, stop: Stop) -> Iterator[None]:
    """Serves metrics during the run, and for `prometheus_linger` seconds after it."""
    port, address = settings.prometheus_port or 0, settings.prometheus_address
    try:
        server, thread = start_http_server(port, addr=address, registry=registry)
    except socket.gaierror as error:
        raise UsageError(f"--prometheus-address {address}: not a valid address") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"--prometheus-port {port}: {reason}: choose another port or --prometheus-address"
        ) from error
    try:
        yield
        if settings.prometheus_linger and not stop.asked:
            log.info(
                "metrics are served on port %d for another %g s", port, settings.prometheus_linger
            )
            stop.linger(settings.prometheus_linger)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _check_textfile(path: Path) -> None:
    try:
        writable = path.parent.is_dir() and os.access(path.parent, os.W_OK) and not path.is_dir()
    except OSError:  # a folder on the way may not be entered
        writable = False
    if path.suffix != ".prom":
        raise UsageError(f"--metrics-textfile {path}: the name must end in .prom for node_exporter")
    if not writable:
        raise UsageError(f"--metrics-textfile {path}: check that the folder exists and is writable")


def _export_if_complete(
    settings: Settings, registry: CollectorRegistry, metrics: Metrics, stop: Stop
) -> None:
    """Exports the metrics of a run that has ended.

    A dry run, and a run that ended with exit code 2 or 3, do not know the last success of each
    region. The metrics of the last run remain then, so that alerts on its age fire.
    """
    if not metrics.complete:
        return
    if settings.pushgateway_url is not None:
        seconds = PUSH_STOPPED_S if stop.asked else PUSH_TIMEOUT_S
        _push(settings.pushgateway_url, registry, seconds)
    if settings.metrics_textfile is not None:
        _write(settings.metrics_textfile, registry)


def _push(url: str, registry: CollectorRegistry, seconds: float) -> None:
    """Adds to the gateway's metrics, so that a failed run keeps the last success of a region.

    In a thread that is left behind at the deadline: urllib only bounds the wait for the next byte.
    """
    pushed: Future[None] = Future()

    def push() -> None:
        try:
            pushadd_to_gateway(url, job=JOB, registry=registry, timeout=seconds)
            pushed.set_result(None)
        except Exception as error:
            pushed.set_exception(error)

    threading.Thread(target=push, name="spock-push", daemon=True).start()
    if not wait([pushed], seconds).done:
        reason = f"no complete answer within {seconds:g} s"
    elif (error := pushed.exception()) is not None:
        said = sanitize(str(getattr(error, "reason", error)), 200)
        reason = said if isinstance(error, OSError | ValueError) else "its answer is not HTTP"
    else:
        return
    log.error("metrics could not be pushed to %s: %s", redact_url(url), reason)


def _write(path: Path, registry: CollectorRegistry) -> None:
    """Replaces the file atomically, so that node_exporter never reads a part of it.

    node_exporter runs as another user, so it gets the right to read whatever the umask is.
    """
    try:
        with replaced(path, "metrics file", TEXTFILE_MODE) as file:
            file.write(generate_latest(registry))
    except OutputError as error:
        reason = getattr(error.__cause__, "strerror", None) or error
        log.error("metrics could not be written to %s: %s", path, reason)

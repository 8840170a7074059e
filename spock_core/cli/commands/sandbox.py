"""`spock sandbox`: serves the made-up universe on loopback, or writes its files to a folder."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

from spock_core.cli.flags import add_flags, add_own_flag
from spock_core.domain.errors import UsageError
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.plugins.selection import nothing_installed
from spock_core.reporting.files.input_files import input_files
from spock_core.reporting.files.output_files import check_outputs
from spock_core.reporting.output import replaced, show
from spock_core.sandbox.csv_tables import tables
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.kis_files import archives
from spock_core.sandbox.server import COUNTERS_PATH, Sandbox
from spock_core.sandbox.universe import make_universe
from spock_core.settings.model import Settings, load_settings
from spock_core.settings.names import variable_of
from spock_core.store.connection.address import file_of, parse_url

MADE_UP_DATABASE = "sqlite:///spock-made-up.db"
"""The register of runs that are sent to a served sandbox: never the one of real stocks."""


def _requests(text: str) -> range:
    """Parses a number of a request, or a range of them: `20-60`."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _yes(text: str) -> bool:
    return text.lower() in ("1", "true", "yes")


FAULTS: dict[str, tuple[Callable[[str], Any], str]] = {
    "latency_s": (float, "Seconds of delay before each answer of Yahoo's hosts."),
    "rate_limit": (float, "Answer 429 to requests beyond this number per second."),
    "storm_429": (_requests, "Answer 429 to the requests with these numbers: 20-60."),
    "always_429": (_yes, "Answer 429 to every request: yes or no."),
    "retry_after_s": (int, "Seconds in the Retry-After header of a 429."),
    "error_share": (float, "Share of requests answered with a random 5xx, 0 to 1."),
    "cut_share": (float, "Share of answers whose body is cut off, 0 to 1."),
    "drift_share": (float, "Share of screener pages that lack one quote, 0 to 1."),
    "html": (_yes, "Answer every request with a web page: yes or no."),
    "dead_after": (int, "Answer 503 after this number of requests; 0: from the start."),
}
"""The faults that the server of Yahoo's hosts can simulate: the type and help of each flag."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds size, seed, port, faults and folder."""
    add_flags(parser, ("sandbox_size", "sandbox_seed", "verbose"))
    add_own_flag(
        parser, "--port", type=int, default=0, help="Port on loopback (default: any free port)."
    )
    for name, (kind, text) in FAULTS.items():
        flag = "--yahoo-" + name.removesuffix("_s").replace("_", "-")
        add_own_flag(parser, flag, type=kind, dest=name, metavar="X", help=text)
    add_own_flag(
        parser,
        "--write",
        type=Path,
        metavar="FOLDER",
        help="Write the master files and tables to this folder and exit.",
    )


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Serves the universe until the process is interrupted, or writes its files."""
    port, folder = arguments.pop("port"), arguments.pop("write")
    faults = {name: arguments.pop(name) for name in FAULTS}
    settings = load_settings(arguments, settings_of(plugins))
    if not plugins.markets:
        raise UsageError(nothing_installed(plugins))
    universe = make_universe(plugins, settings.sandbox_size, settings.sandbox_seed)
    if folder is not None:
        return _write(universe, settings, plugins, folder)
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port}: must be 0 to 65535")
    sandbox = Sandbox(universe, plugins.markets, port)
    for name, value in faults.items():
        if value is not None:
            setattr(sandbox.yahoo.faults, name, value)
    show(f"# {universe.stocks:,} made-up stocks at {sandbox.url}; counters: {COUNTERS_PATH}")
    for setting, address in sandbox.addresses.items():
        show(f"export {variable_of(setting)}={address}")
    show(f"export SPOCK_DATABASE={MADE_UP_DATABASE}")
    try:
        sandbox.run()
    except KeyboardInterrupt:
        return 0
    finally:
        sandbox.close()
    return 0


def _write(universe: Universe, settings: Settings, plugins: Plugins, folder: Path) -> int:
    files = dict(chain(archives(universe), tables(universe, plugins.markets)))
    there = {f"the made-up {name} would replace": folder / name for name in files}
    register = file_of(parse_url(settings.database))
    check_outputs(
        {what: path for what, path in there.items() if path.exists()},
        input_files(settings, plugins, register),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror or error}") from error
    for name, content in files.items():
        with replaced(folder / name, "file") as file:
            file.write(content)
    show(f"wrote {len(files)} files with {universe.stocks:,} made-up stocks into {folder}")
    return 0

"""`spock sandbox`: serves the made-up universe, or writes its files into a folder."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path
from typing import Any

from spock_core.choose import nothing_installed
from spock_core.cli.flags import add_flags
from spock_core.errors import UsageError
from spock_core.plugins import Plugins
from spock_core.sandbox.master_files import write_archives
from spock_core.sandbox.server import COUNTERS_PATH, Sandbox
from spock_core.sandbox.universe import make_universe
from spock_core.settings import load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Size, seed, port and folder."""
    add_flags(parser, ("sandbox_size", "sandbox_seed", "verbose"))
    parser.add_argument(
        "--port", type=int, default=0, help="Port on loopback; by default any free one."
    )
    parser.add_argument(
        "--write", type=Path, metavar="FOLDER", help="Write the master files there and end."
    )


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Serves until it is interrupted or terminated."""
    port, folder = arguments.pop("port"), arguments.pop("write")
    settings = load_settings(arguments)
    if not plugins.markets:
        raise UsageError(nothing_installed(plugins))
    universe = make_universe(plugins, settings.sandbox_size, settings.sandbox_seed)
    if folder is not None:
        return _write(universe, folder)
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port}: must be 0 to 65535")
    sandbox = Sandbox(universe, plugins.markets, port)
    print(f"# {universe.stocks:,} made-up stocks at {sandbox.url}; counters: {COUNTERS_PATH}")
    print(f"export SPOCK_KIS_MASTER_URL={sandbox.kis_master_url}", flush=True)
    print(f"export SPOCK_YAHOO_URL={sandbox.url}", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sandbox.run()
    except KeyboardInterrupt:
        return 0
    finally:
        sandbox.close()
    return 0


def _write(universe: Any, folder: Path) -> int:
    try:
        paths = write_archives(universe, folder)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror or error}") from error
    print(f"wrote {len(paths)} files with {universe.stocks:,} made-up stocks into {folder}")
    return 0

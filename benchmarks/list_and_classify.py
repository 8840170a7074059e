"""Time and memory of a run, compared with a plain script that inserts the same rows.

    python -m benchmarks.list_and_classify [--postgresql] [STOCKS ...]

Makes up a universe of each size (18944 by default; try `18944 100000 1000000`), writes its master
files into a folder, and runs these one after the other, each in its own process:

* plain: `csv` and `sqlite3` read the files and insert the rows, nothing else (`plain_inserts.py`);
* spock: `spock enrich` from the folder into a new register;
* second: the same command again, when nothing has changed;
* with `--postgresql`, both again into a new database of a PostgreSQL server that the package
  `pgserver` brings, on this machine and with a new server's settings (it waits for the disk).

The lists of the five regions hold 322,316 stocks at most; a larger universe is one of 60 markets,
as `scale.py` makes them.

Prints the process's seconds, its seconds of CPU with those of the server, and its peak memory
(without the server's), the ratio of its seconds to the plain script's, and for PostgreSQL the ratio
of both to the same command into SQLite.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.postgresql_server import cpu_seconds, empty
from benchmarks.postgresql_server import postgresql as postgresql_server

SPOCK = [sys.executable, "-m", "spock_core"]
MADE_OVER = [sys.executable, "-m", "benchmarks.list_and_classify", "--as"]
MOST = 322_316
"""Stocks that the lists of the five regions hold in the sandbox."""
MARKETS = 60
PLAIN = Path(__file__).with_name("plain_inserts.py")
ROUNDS = 3
"""Each is run this often, and its best time counts. From 100,000 stocks on it is run once."""


def measured(arguments: list[str], server: str | None) -> tuple[float, float, float]:
    """Runs a command. Returns its seconds, its seconds of CPU and those of the server at a URL
    meanwhile, and its peak memory in megabytes."""
    before = cpu_seconds(server) if server else 0.0
    started = time.perf_counter()
    process = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime + (cpu_seconds(server) if server else 0.0) - before
    return seconds, cpu, usage.ru_maxrss / 1024


def write(stocks: int, folder: Path) -> None:
    """Writes the master files of a universe that is larger than that of the five regions."""
    from benchmarks.scale import plugins_of
    from spock_core.sandbox.kis_files import archives
    from spock_core.sandbox.universe import FULL_SIZE, make_universe

    folder.mkdir()
    plugins = plugins_of(MARKETS, math.ceil(stocks / MARKETS))
    for name, content in archives(make_universe(plugins, FULL_SIZE)):
        (folder / name).write_bytes(content)


def run_once(stocks: int, folder: Path, database: str) -> None:
    """A run over such files."""
    from benchmarks.scale import plugins_of
    from spock_core.pipeline.run import run_pipeline
    from spock_core.settings.model import Settings

    logging.basicConfig(level=logging.ERROR)
    values = {"database": database, "sources": ["kis"], "kis_master_url": str(folder)}
    plugins = plugins_of(MARKETS, math.ceil(stocks / MARKETS))
    result = run_pipeline(Settings.model_validate(values), plugins)
    sys.exit(any(region.error for region in result.regions))


def main() -> None:
    """Prints a table for every size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", metavar="STOCKS", type=int, nargs="*", default=[18_944])
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--rounds", type=int, help=f"{ROUNDS}, and 1 from 100,000 stocks on")
    parser.add_argument("--as", dest="role", choices=("write", "run"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.role == "write":
        write(given.sizes[0], given.folder)
    elif given.role == "run":
        run_once(given.sizes[0], given.folder, given.database)
    else:
        compare_all(given.sizes, given.rounds, postgresql=given.postgresql)


def compare_all(sizes: list[int], rounds: int | None, *, postgresql: bool) -> None:
    """Compares the runs over universes of these sizes."""
    print(f"{'stocks':>9}  {'what':17} {'seconds':>8} {'CPU':>8} {'MB':>6} {'to plain':>9} "
          f"{'us/stock':>9}")  # fmt: skip
    server = postgresql_server() if postgresql else contextlib.nullcontext()
    with server as url:
        for size in sizes:
            with tempfile.TemporaryDirectory() as name:
                master = f"{name}/master"
                # not in this process: a child's peak memory includes its parent's at the fork
                making = [*SPOCK, "sandbox", "--sandbox-size", str(size), "--write", master]
                if size > MOST:
                    making = [*MADE_OVER, "write", str(size), "--folder", master]
                subprocess.run(making, check=True, stdout=subprocess.DEVNULL)
                often = rounds or (ROUNDS if size < 100_000 else 1)
                compare(size, Path(name), url, often)


def compare(stocks: int, folder: Path, url: str | None, rounds: int) -> None:
    """Runs each command and prints a line for it."""
    master = str(folder / "master")
    spock = [*SPOCK, "enrich", "--sources", "kis", "--kis-master-url", master]
    if stocks > MOST:
        spock = [*MADE_OVER, "run", str(stocks), "--folder", master]
    runs = {"plain": [sys.executable, str(PLAIN), master, str(folder / "plain.db")]}
    for what in ("spock", "second"):
        runs[what] = [*spock, "--database", f"sqlite:///{folder}/register.db"]
        if url is not None:
            runs[f"{what} PostgreSQL"] = [*spock, "--database", url]
    best: dict[str, tuple[float, float, float]] = {}
    for _ in range(rounds):
        for file in folder.glob("*.db*"):
            file.unlink()
        if url is not None:
            empty(url)
        for what, arguments in runs.items():
            found = measured(arguments, url if "PostgreSQL" in what else None)
            best[what] = min(best.get(what, found), found)
    for what, (seconds, cpu, megabytes) in best.items():
        ratio = seconds / best["plain"][0]
        each = 1e6 * seconds / stocks
        line = (f"{stocks:9,}  {what:17} {seconds:8.2f} {cpu:8.2f} {megabytes:6.0f} "
                f"{ratio:8.1f}x {each:9.0f}")  # fmt: skip
        if (in_sqlite := best.get(what.removesuffix(" PostgreSQL"))) and "PostgreSQL" in what:
            line += f"  {seconds / in_sqlite[0]:.2f}x SQLite, CPU {cpu / in_sqlite[1]:.2f}x"
        print(line, flush=True)


if __name__ == "__main__":
    main()

"""Time and memory of a run, compared with a plain script that inserts the same rows.

    python -m benchmarks.list_and_classify [--postgresql] [STOCKS ...]

Makes up a universe of each size (18944 by default; try `18944 100000 1000000`), writes its master
files into a folder, and runs these one after the other, each in its own process:

* plain: `csv` and `sqlite3` read the files and insert the rows, nothing else (`plain_inserts.py`);
* spock: `spock enrich` from the folder into a new register;
* second: the same command again, when nothing has changed;
* with `--postgresql`, both again into a new database of a PostgreSQL server that the package
  `pgserver` brings, on this machine and with a new server's settings (it waits for the disk).

Prints the process's seconds and peak memory (without the server's), the ratio of its seconds to the
plain script's, and for PostgreSQL the ratio to the same command into SQLite.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.postgresql_server import empty, postgresql

SPOCK = [sys.executable, "-m", "spock_core"]
PLAIN = Path(__file__).with_name("plain_inserts.py")
ROUNDS = 3
"""Each is run this often, and its best time counts. From 100,000 stocks on it is run once."""


def measured(arguments: list[str]) -> tuple[float, float]:
    """Runs a command. Returns its seconds and its peak memory in megabytes."""
    started = time.perf_counter()
    process = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Prints a table for every size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", metavar="STOCKS", type=int, nargs="*", default=[18_944])
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--rounds", type=int, help=f"{ROUNDS}, and 1 from 100,000 stocks on")
    given = parser.parse_args()
    print(f"{'stocks':>9}  {'what':17} {'seconds':>8} {'MB':>6} {'to plain':>9} {'us/stock':>9}")
    server = postgresql() if given.postgresql else contextlib.nullcontext()
    with server as url:
        for size in given.sizes:
            with tempfile.TemporaryDirectory() as name:
                master = f"{name}/master"
                # not in this process: a child's peak memory includes its parent's at the fork
                write = [*SPOCK, "sandbox", "--sandbox-size", str(size), "--write", master]
                subprocess.run(write, check=True, stdout=subprocess.DEVNULL)
                rounds = given.rounds or (ROUNDS if size < 100_000 else 1)
                compare(size, Path(name), url, rounds)


def compare(stocks: int, folder: Path, url: str | None, rounds: int) -> None:
    """Runs each command and prints a line for it."""
    master = str(folder / "master")
    spock = [*SPOCK, "enrich", "--sources", "kis", "--kis-master-url", master]
    runs = {"plain": [sys.executable, str(PLAIN), master, str(folder / "plain.db")]}
    for what in ("spock", "second"):
        runs[what] = [*spock, "--database", f"sqlite:///{folder}/register.db"]
        if url is not None:
            runs[f"{what} PostgreSQL"] = [*spock, "--database", url]
    best: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        for file in folder.glob("*.db*"):
            file.unlink()
        if url is not None:
            empty(url)
        for what, arguments in runs.items():
            best[what] = min(best.get(what, (1e9, 1e9)), measured(arguments))
    for what, (seconds, megabytes) in best.items():
        ratio = seconds / best["plain"][0]
        each = 1e6 * seconds / stocks
        line = f"{stocks:9,}  {what:17} {seconds:8.2f} {megabytes:6.0f} {ratio:8.1f}x {each:9.0f}"
        if (in_sqlite := best.get(what.removesuffix(" PostgreSQL"))) and "PostgreSQL" in what:
            line += f"  {seconds / in_sqlite[0]:.2f}x SQLite"
        print(line, flush=True)


if __name__ == "__main__":
    main()

"""Time and memory of a run, compared with a plain script that inserts the same rows.

    python benchmarks/list_and_classify.py [STOCKS ...]

Makes up a universe of each size (18944 by default; try `18944 100000 1000000`), writes its master
files into a folder, and runs these one after the other, each in its own process:

* plain: `csv` and `sqlite3` read the files and insert the rows, nothing else (`plain_inserts.py`);
* spock: `spock enrich` from the folder into a new register;
* second: the same command again, when nothing has changed.

Prints the process's seconds and peak memory, and the ratio of its seconds to the plain script's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
    sizes = [int(word) for word in sys.argv[1:]] or [18_944]
    print(f"{'stocks':>9}  {'what':8} {'seconds':>8} {'MB':>6} {'to plain':>9} {'us/stock':>9}")
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            # not in this process: a child's peak memory includes its parent's at the fork
            write = [*SPOCK, "sandbox", "--sandbox-size", str(size), "--write", name + "/master"]
            subprocess.run(write, check=True, stdout=subprocess.DEVNULL)
            compare(size, folder)


def compare(stocks: int, folder: Path) -> None:
    """Runs the three and prints a line for each."""
    master = str(folder / "master")
    register = f"sqlite:///{folder}/register.db"
    spock = [*SPOCK, "enrich", "--sources", "kis", "--kis-master-url", master]
    runs = {
        "plain": [sys.executable, str(PLAIN), master, str(folder / "plain.db")],
        "spock": [*spock, "--database", register],
        "second": [*spock, "--database", register],
    }
    best: dict[str, tuple[float, float]] = {}
    for _ in range(ROUNDS if stocks < 100_000 else 1):
        for file in folder.glob("*.db*"):
            file.unlink()
        for what, arguments in runs.items():
            best[what] = min(best.get(what, (1e9, 1e9)), measured(arguments))
    for what, (seconds, megabytes) in best.items():
        ratio = seconds / best["plain"][0]
        each = 1e6 * seconds / stocks
        print(f"{stocks:9,}  {what:8} {seconds:8.2f} {megabytes:6.0f} {ratio:8.1f}x {each:9.0f}")


if __name__ == "__main__":
    main()

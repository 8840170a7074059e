"""Time of the commands that read a register, each as a process of its own.

    python benchmarks/reading.py [STOCKS]

Makes a sandbox register of this size (18944 by default) and runs each command `ROUNDS` times.
Prints the seconds and the processor's seconds of the best round, and how many seconds are aimed at.
On a machine that does other work, neither tells much. Without compiled packages (`uv pip install
--compile-bytecode`), nearly all commands take twice as long.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from spock_core import open_register

SPOCK = [sys.executable, "-m", "spock_core"]
ROUNDS = 5
AIMS = {"--help": 0.2, "search": 0.5, "show": 0.5, "list": None, "export": 1.5, "report": 4.0}
"""Seconds of a whole process, by command."""


class Cost(NamedTuple):
    """What one process took."""

    seconds: float
    cpu_seconds: float


def cost_of(arguments: list[str]) -> Cost:
    """Runs a command. Ends the program if it fails."""
    started = time.perf_counter()
    process = subprocess.Popen([*SPOCK, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"spock {' '.join(arguments)} failed with {process.returncode}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime)


def main() -> None:
    """Prints a line for each command."""
    size = sys.argv[1] if len(sys.argv) > 1 else "18944"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        register = f"sqlite:///{folder / 'register.db'}"
        cost_of(["enrich", "--sandbox", "--sandbox-size", size, "--database", register,
                 "--yahoo-rate", "1000"])  # fmt: skip
        with open_register(register) as opened:
            stock = next(one for one in opened.stocks(region="US") if one.industry)
        commands = {
            "--help": [],
            "search": [str(stock.name).split()[0]],
            "show": [f"US:{stock.ticker}"],
            "list": ["--regions", "VN"],
            "export": [str(folder / "stocks.parquet")],
            "report": [str(folder / "report.html")],
        }
        print(f"{'command':8} {'seconds':>8} {'CPU':>6} {'aim':>5}")
        for command, words in commands.items():
            where = [] if command == "--help" else ["--database", register]
            best = min(cost_of([command, *words, *where]) for _ in range(ROUNDS))
            aim = AIMS[command]
            aimed = "" if aim is None else aim
            print(f"{command:8} {best.seconds:8.2f} {best.cpu_seconds:6.2f} {aimed:>5}")


if __name__ == "__main__":
    main()

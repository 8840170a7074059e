"""`python -m tests.fuzz NAME [SECONDS]` fuzzes a parser, `python -m tests.fuzz` all, one after the other.

The table is that of the property tests, `tests/support/parsers.py`. A parser of JSON gets documents
that hypothesis makes of the fuzzer's bytes, and every other one the bytes themselves. What breaks a
parser is written to a file `crash-…` in the working folder, and printed; give it a seed or a test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["spock_core", "stdnum", "email", "http", "zipfile"]):
    from tests.support.parsers import PARSERS, VALUES, Parser, check

SECONDS = 60
LONGEST_BYTES = 4_096
HANG_S = 30
MEMORY_MB = 1_024


def target_of(parser: Parser) -> Callable[[bytes], object]:
    """Returns what the fuzzer calls with its bytes."""
    if not parser.of_json:
        return lambda content: check(parser, content)
    from hypothesis import HealthCheck, given, settings

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(document=VALUES)
    def documents(document: object) -> None:
        check(parser, json.dumps(document).encode())

    fuzz: Callable[[bytes], object] = documents.hypothesis.fuzz_one_input  # type: ignore[attr-defined]
    return fuzz


def fuzz(name: str, seconds: int) -> None:
    """Fuzzes one parser for so many seconds, in a folder of its own. Does not return."""
    parser, found_in = PARSERS[name], Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        seeds = Path("seeds")
        seeds.mkdir()
        for number, seed in enumerate(parser.seeds):
            (seeds / str(number)).write_bytes(seed)
        options = {
            "max_total_time": seconds, "max_len": LONGEST_BYTES, "timeout": HANG_S,
            "rss_limit_mb": MEMORY_MB, "artifact_prefix": f"{found_in}/", "verbosity": 0,
        }  # fmt: skip
        flags = [f"-{option}={value}" for option, value in options.items()]
        atheris.Setup([sys.argv[0], *flags, str(seeds)], target_of(parser))
        atheris.Fuzz()


def main(arguments: list[str]) -> int:
    """Returns 0 if nothing broke."""
    if arguments:
        fuzz(arguments[0], int(arguments[1]) if arguments[1:] else SECONDS)
    broken = []
    for name in PARSERS:
        print(f"fuzzing: {name}", flush=True)
        if subprocess.run([sys.executable, "-m", "tests.fuzz", name], check=False).returncode:
            broken.append(name)
    print(f"broken: {', '.join(broken) or 'none'}")
    return len(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

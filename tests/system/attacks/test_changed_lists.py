"""A list that is whole by its form and names other instruments than the register knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_lines

Lines = list[str]


def ticker(line: str) -> str:
    return line.split("\t")[4]


def renamed(line: str) -> str:
    """The line under a ticker that nobody has."""
    return with_columns(line, c4=f"Z{ticker(line)}", c5=f"HSXZ{ticker(line)}")


CHANGED: dict[str, tuple[Callable[[Lines], Lines], str, str]] = {
    "all tickers replaced": (
        lambda lines: [renamed(line) for line in lines],
        "changed",
        "{n} of {n} instruments are no longer in it, {n} are new",
    ),
    "a third of the tickers replaced": (
        lambda lines: (
            [renamed(line) for line in lines[: len(lines) // 3]] + lines[len(lines) // 3 :]
        ),
        "changed",
        "{third} of {n} instruments are no longer in it, {third} are new",
    ),
    "all of them an index": (
        lambda lines: [with_columns(line, c8="1") for line in lines],
        "changed",
        "{n} of {n} instruments have another type than before",
    ),
    "a third of them a warrant": (
        lambda lines: (
            [with_columns(line, c8="4") for line in lines[: len(lines) // 3]]
            + lines[len(lines) // 3 :]
        ),
        "changed",
        "{third} of {n} instruments have another type than before",
    ),
    "twice as many": (
        lambda lines: [*lines, *map(renamed, lines)],
        "grew",
        "beside the {n} known instruments {n} are new",
    ),
    "every line twice": (
        lambda lines: [*lines, *lines],
        "grew",
        "{n} of {n} tickers are listed more than once",
    ),
}


@pytest.mark.parametrize("case", CHANGED)
def test_a_list_of_other_instruments_is_refused_unless_the_user_insists(
    case: str, enrich: Spock, register, master_files: Path, tmp_path: Path
):
    change, reason, words = CHANGED[case]
    lines = read_lines(master_files, "HSX")
    assert enrich("--regions", "VN").code == 0
    before = register("SELECT * FROM tickers ORDER BY ticker")
    write_lines(master_files, "HSX", change(lines))
    metrics = tmp_path / "spock.prom"
    outcome = enrich("--regions", "VN", "--force-refresh", "--metrics-textfile", metrics)
    assert outcome.code == 1
    region = outcome.region("VN")
    assert region["status"] == "failed"
    numbers = words.format(n=len(lines), third=len(lines) // 3)
    assert f"HSX: {numbers}, and the list is refused" in region["error"]
    assert "--accept-shrunk" in region["error"]
    assert f'spock_lists_refused{{reason="{reason}",region="VN"}} 1.0' in metrics.read_text()
    assert register("SELECT * FROM tickers ORDER BY ticker") == before
    accepted = enrich("--regions", "VN", "--accept-shrunk")
    assert accepted.code == 0
    assert enrich("--regions", "VN").code == 0


def test_the_first_list_of_a_register_is_taken_as_it_is(enrich: Spock, master_files: Path):
    lines = read_lines(master_files, "HSX")
    write_lines(master_files, "HSX", [renamed(line) for line in lines])
    assert enrich("--regions", "VN").code == 0

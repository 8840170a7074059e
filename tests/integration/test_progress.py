"""The progress bar, on a terminal and without one."""

from __future__ import annotations

import os
import pty
import termios
from pathlib import Path

import pytest

from tests.conftest import Spock, enrich_from
from tests.support.child import Child


def on_a_terminal(command: list[str]) -> str:
    """What a command shows on a terminal of its own."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (40, 120))
    with Path(os.devnull).open("wb") as nowhere:
        process = Child(command, stdout=nowhere.fileno(), stderr=slave)
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert process.wait() == 0
    os.close(master)
    return shown.decode()


def test_one_bar_counts_all_stocks(master_files: Path, universe):
    shown = on_a_terminal(enrich_from(master_files, "--progress-bar"))
    last = [line for line in shown.replace("\r", "\n").splitlines() if "stocks:" in line][-1]
    assert f"{universe.stocks}/{universe.stocks}" in last
    assert "100%" in last
    assert " stocks/s" in last
    assert "spock: run 1: " in shown
    assert "in 0.0" not in shown  # the debug log is for --verbose


def test_in_parallel_every_region_has_a_line(master_files: Path):
    shown = on_a_terminal(enrich_from(master_files, "--progress-bar", "--parallel"))
    for region in ("US", "CN", "HK", "JP", "VN"):
        lines = [
            line for line in shown.replace("\r", "\n").splitlines() if f"{region}: 100%" in line
        ]
        assert lines, region


def test_asked_for_by_a_flag_it_shows_without_a_terminal(enrich: Spock):
    lines = enrich("--regions", "VN", "--progress-bar").err.splitlines()
    [line] = [line for line in lines if line.startswith("stocks:")]
    assert line.startswith("stocks: 100%, ")
    assert "left" not in line


@pytest.mark.parametrize("flag", ["--parallel", "--no-parallel"])
def test_set_for_always_it_is_silent_without_a_terminal(enrich: Spock, monkeypatch, flag):
    monkeypatch.setenv("SPOCK_PROGRESS_BAR", "1")
    outcome = enrich("--regions", "VN", flag)
    assert "%" not in outcome.err
    assert outcome.document["status"] == "success"


def test_log_lines_are_not_mixed_with_the_bar(enrich: Spock):
    enrich("--regions", "VN", "--progress-bar", "--log-file", "run.log")
    assert all(line.startswith("20") for line in Path("run.log").read_text().splitlines())

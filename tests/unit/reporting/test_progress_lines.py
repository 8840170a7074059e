"""Without a terminal, progress is told once a minute, and once at the end."""

from __future__ import annotations

import pytest

from spock_core.domain.events import ListingChanges, RequestMade, StocksClassified
from spock_core.domain.results import Planned
from spock_core.reporting.progress_lines import ProgressLines


def test_a_line_a_minute_and_one_at_the_end(capsys: pytest.CaptureFixture[str]):
    now = 0.0
    told = ProgressLines(clock=lambda: now)
    told.spock_region_listed("US", 300, ListingChanges())
    told.spock_planned(Planned({"yahoo-screener": 100}))
    for second in range(1, 130):
        now = float(second)
        told.spock_request_made(RequestMade("yahoo", "ok", 0.1, rate=1.0))
        told.spock_stocks_classified(StocksClassified("US", 2, 2, {"kis": 2}))
    told.close()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "stocks: 39%, 118/300, 1:00, 60/100 requests, 0:40 left"
    assert lines[1].startswith("stocks: 79%, 238/300, 2:00, 120/120 requests")
    assert lines[2] == "stocks: 86%, 258/300, 2:09, 129 requests"
    assert len(lines) == 3


def test_a_run_without_requests_tells_none(capsys: pytest.CaptureFixture[str]):
    told = ProgressLines(clock=lambda: 0.0)
    told.close()
    assert capsys.readouterr().err == "stocks: 0%, 0/0, 0:00\n"

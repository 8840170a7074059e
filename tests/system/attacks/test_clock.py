"""A clock that was ahead or goes back: nothing is fresh for ever, and no age is below zero."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from spock_core.domain.text import age_text
from spock_core.pipeline.run import run_pipeline
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.server import Sandbox
from spock_core.settings.model import Settings, load_settings
from tests.conftest import Spock

AHEAD = timedelta(days=400)
CLOCKS = {"a day ahead": timedelta(days=1), "400 days ahead": AHEAD, "50 years ahead": 50 * AHEAD}
"""How far from the true time a clock was while a run filled the register."""
MOMENTS = """
    SELECT max(m) FROM (
        SELECT max(observed_at) m FROM observations UNION ALL SELECT max(enriched_at) FROM stock_details
        UNION ALL SELECT max(last_updated) FROM stock_details
        UNION ALL SELECT max(first_seen_at) FROM tickers UNION ALL SELECT max(last_seen_at) FROM tickers
        UNION ALL SELECT max(asked_at) FROM unknowns UNION ALL SELECT max(applied_at) FROM lists
        UNION ALL SELECT max(planned_at) FROM screens
    )
"""


@pytest.fixture
def settings(sandbox: Sandbox) -> Settings:
    """All sources, against the sandbox."""
    return load_settings(
        {"kis_master_url": sandbox.kis_master_url, "yahoo_url": sandbox.url, "yahoo_rate": 1000,
         "sources": "ALL", "regions": "JP,VN", "retry_delay": 0}
    )  # fmt: skip


@pytest.fixture
def ahead(settings: Settings, plugins: Plugins) -> None:
    """A register that a run filled while the clock was 400 days ahead."""
    run_pipeline(settings, plugins, clock=lambda: datetime.now(UTC) + AHEAD)


@pytest.mark.parametrize("clock", CLOCKS)
def test_what_was_learned_in_the_future_is_learned_again(
    clock: str, settings: Settings, plugins: Plugins, sandbox: Sandbox, register
):
    run_pipeline(settings, plugins, clock=lambda: datetime.now(UTC) + CLOCKS[clock])
    asked = sandbox.counters["yahoo"]
    result = run_pipeline(settings, plugins)
    assert sandbox.counters["yahoo"] > 1.5 * asked
    assert (
        sum(region.enriched for region in result.regions)
        == register("SELECT count(sector) FROM stock_details")[0][0]
    )
    assert register(MOMENTS)[0][0] <= f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    assert register("SELECT count(*) FROM stock_details WHERE enriched_at < '2000'") == [(0,)]
    again = run_pipeline(settings, plugins)
    assert sum(region.enriched for region in again.regions) == 0


def test_a_dry_run_does_not_take_the_future_for_fresh(spock: Spock, ahead: None, sandbox: Sandbox):
    found = spock("enrich", "--dry-run", "--json", "--sources", "ALL", "--regions", "JP", "VN")
    assert sum(found.document["plan"]["requests"].values()) > 0


def test_doctor_and_status_tell_it(ahead: None, spock: Spock, sandbox: Sandbox):
    arguments = ("--kis-master-url", sandbox.kis_master_url, "--yahoo-url", sandbox.url)
    findings = {
        one["check"]: one for one in spock("doctor", "--json", *arguments).document["findings"]
    }
    assert findings["moments"]["level"] == "warning"
    assert re.search(r"[\d,]+ in the register are later than now, the latest 20\d\d-",
                     findings["moments"]["found"])  # fmt: skip
    assert "NTP" in findings["moments"]["advice"]
    assert findings["last run"]["level"] == "warning"
    for text in (findings["last run"]["found"], spock("status").out, spock("runs").out):
        assert not re.search(r"-\d+(\.\d+)? [hd] ago|-\d+\.\d", text)
    assert "in the future, 20" in spock("status").out


def test_a_budget_is_not_used_up_in_the_future(ahead: None, register, settings, plugins):
    chosen = settings.model_copy(update={"profile_budget": 3})
    register("DELETE FROM observations WHERE source LIKE 'yahoo-%'")
    result = run_pipeline(chosen, plugins)
    assert result.requests["yahoo"] > 0


def test_durations_are_not_measured_by_a_clock_that_is_set(settings: Settings, plugins: Plugins):
    def clocks() -> Iterator[datetime]:
        yield (now := datetime.now(UTC))
        while True:
            yield now - timedelta(hours=5)

    clock = clocks()
    result = run_pipeline(settings, plugins, clock=lambda: next(clock))
    assert 0 < result.duration_s < 3600
    assert result.finished_at >= result.started_at


@pytest.mark.parametrize(
    ("hours", "text"), [(0, "0 h ago"), (47, "47 h ago"), (72, "3 d ago"), (-3, "in the future, ")]
)
def test_an_age_is_never_below_zero(hours: int, text: str):
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert age_text(now - timedelta(hours=hours), now).startswith(text)

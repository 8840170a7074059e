"""The job from Python: quiet, typed, and as documented."""

from __future__ import annotations

import logging
import re
import threading
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import spock_core
from spock_core.api import enrich
from spock_core.domain.errors import LockedError, RunFailed, UsageError
from spock_core.domain.results import RegionStatus, RunStatus
from spock_core.domain.stop import Stop
from spock_core.sandbox.server import Sandbox
from spock_core.settings.model import Settings
from spock_core.store.connection.lock import only_run
from tests.conftest import Spock
from tests.support import child
from tests.support.distributions import Bring
from tests.support.moments import hold
from tests.support.project import ROOT


def test_the_job_in_three_lines(master_files: Path, capsys: pytest.CaptureFixture[str], register):
    result = enrich(regions=["VN", "JP"], kis_master_url=str(master_files))
    assert result.status is RunStatus.SUCCESS
    assert [region.region for region in result.regions] == ["VN", "JP"]
    assert result.regions[0].status is RegionStatus.SUCCESS
    assert result.regions[0].total == register(
        "SELECT count(*) FROM stock_details WHERE region = 'VN'"
    )[0][0]  # fmt: skip
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_it_is_quiet_even_when_something_is_wrong(master_files: Path):
    (master_files / "hsxmst.cod.zip").write_bytes(b"no archive")
    code = (
        "from spock_core.api import enrich\n"
        f"result = enrich(regions=['VN'], kis_master_url={str(master_files)!r})\n"
        "assert result.failed_regions"
    )
    done = child.run(["-c", code])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_plugin_that_is_left_out_is_told_once_in_the_log(
    bring: Bring, spock: Spock, master_files: Path, caplog: pytest.LogCaptureFixture
):
    bring("spock-bad", "1 / 0")
    caplog.set_level(logging.WARNING, "spock_core")
    enrich(regions=["VN"], kis_master_url=str(master_files))
    told = "spock-bad 1.0 is not loaded: ZeroDivisionError: division by zero"
    assert [one.getMessage() for one in caplog.records] == [told]
    assert spock("enrich", "--regions", "VN", "--dry-run").err.count(told) == 1


def test_a_failed_region_is_told_and_raises_only_when_asked_to(master_files: Path):
    (master_files / "hsxmst.cod.zip").write_bytes(b"no archive")
    result = enrich(regions=["VN", "JP"], kis_master_url=str(master_files))
    assert result.status is RunStatus.FAILED
    with pytest.raises(RunFailed, match=r"VN: .*not a zip archive"):
        result.raise_for_status()


def test_a_setting_that_cannot_be_is_an_error_of_ours():
    with pytest.raises(UsageError, match="--max-workers 11"):
        enrich(max_workers=11)
    with pytest.raises(UsageError, match="unknown region 'XX'"):
        enrich(regions=["XX"])


KINDS = {bool: "bool", int: "int", float: "float", Path: "str | Path", SecretStr: "str"}


def test_every_setting_is_an_argument_that_an_editor_completes():
    parameters = dict(signature(enrich).parameters)
    stop = parameters.pop("stop")
    assert (stop.default, stop.annotation) == (None, "Stop | None")
    assert parameters.pop("of_plugins").kind is Parameter.VAR_KEYWORD
    assert list(parameters) == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        one = parameters[name]
        assert one.kind is Parameter.KEYWORD_ONLY
        assert one.default is None
        kinds = [
            text for kind, text in KINDS.items() if f"{kind.__name__}" in f"{field.annotation}"
        ]
        words = kinds[0] if kinds else "str"
        if "tuple" in f"{field.annotation}":
            words = "str | Iterable[str]"
        assert one.annotation in (f"{words} | None", f"{words} | Path | None"), name


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        ({"databse": "sqlite:///x.db"}, "database"),
        ({"region": ["US"]}, "regions"),
        ({"stopp": None}, "stop"),
        ({"dryrun": True}, "dry_run"),
    ],
)
def test_a_misspelt_argument_is_an_error_with_the_nearest_name(arguments, nearest):
    with pytest.raises(UsageError, match=f"unknown setting .*: did you mean {nearest}"):
        spock_core.enrich(**arguments)
    assert not Path("spock.db").exists()


def test_a_dry_run_asks_nobody_and_writes_nothing(sandbox: Sandbox, master_files: Path):
    where: dict[str, Any] = {
        "yahoo_url": sandbox.url,
        "kis_master_url": sandbox.kis_master_url,
        "sources": "ALL",
    }
    result = enrich(dry_run=True, **where)
    assert (result.dry_run, result.run_id) == (True, None)
    assert {region.status for region in result.regions} == {RegionStatus.DRY_RUN}
    assert not sandbox.counters
    assert not Path("spock.db").exists()
    enrich(regions="VN", kis_master_url=master_files)
    before = Path("spock.db").read_bytes()
    [region] = enrich(dry_run=True, regions="VN", **where).regions
    assert region.total > 0
    assert Path("spock.db").read_bytes() == before
    assert not sandbox.counters


def test_an_argument_that_is_none_comes_from_elsewhere(master_files: Path, monkeypatch):
    monkeypatch.setenv("SPOCK_REGIONS", "VN")
    result = enrich(regions=None, kis_master_url=master_files)
    assert [region.region for region in result.regions] == ["VN"]


def test_another_run_at_work_is_an_error_of_ours(master_files: Path):
    with (
        only_run("sqlite:///spock.db", wait=False, stop=Stop()),
        pytest.raises(LockedError, match="another run is at work, process"),
    ):
        enrich(kis_master_url=str(master_files))


def test_the_log_and_the_report_go_where_they_were_asked_to(master_files: Path, caplog):
    caplog.set_level(logging.INFO, logger="spock_core")
    enrich(
        regions=["VN"], kis_master_url=str(master_files), log_file="run.log", report_file="run.md"
    )
    assert any("VN: " in record.getMessage() for record in caplog.records)
    assert "VN: " in Path("run.log").read_text()
    assert Path("run.md").read_text().startswith("## Spock run 1: success")
    enrich(regions=["VN"], kis_master_url=str(master_files))
    assert "run 2" not in Path("run.log").read_text()


def test_a_run_can_be_stopped_from_another_thread(small_sandbox, register):
    stop = Stop()
    with hold(small_sandbox.yahoo) as held:

        def ask() -> None:
            held.wait()
            stop.ask()
            held.release()

        threading.Thread(target=ask).start()
        result = enrich(
            kis_master_url=small_sandbox.kis_master_url, yahoo_url=small_sandbox.url,
            yahoo_rate=1000, sources=["ALL"], stop=stop,
        )  # fmt: skip
    assert result.status is RunStatus.INTERRUPTED
    assert register("SELECT status FROM runs") == [("interrupted",)]
    with pytest.raises(RunFailed, match="interrupted"):
        result.raise_for_status()


def test_the_documented_examples_run():
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.S)
    assert len(blocks) >= 4
    done = child.run(["-c", "\n".join(blocks)])
    assert done.returncode == 0, done.stderr
    assert "success" in done.stdout

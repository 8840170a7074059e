"""`spock doctor`: what is wrong with this machine, and what to do."""

from __future__ import annotations

import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from spock_core.sandbox.kis_api.site import KEY, SECRET
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.ports import deaf_port


@pytest.fixture
def doctor(spock: Spock, sandbox, tmp_path: Path, monkeypatch) -> Spock:
    """`spock doctor --json` against the sandbox."""
    monkeypatch.setenv("SPOCK_CACHE_FOLDER", str(tmp_path / "cache"))

    def run(*arguments: object) -> Outcome:
        return spock("doctor", "--json", "--kis-master-url", sandbox.kis_master_url, "--yahoo-url",
                     sandbox.url, "--kis-api-url", sandbox.url, *arguments)  # fmt: skip

    return run


def finding(outcome: Outcome, check: str) -> tuple[str, str, str]:
    found = {one["check"]: one for one in outcome.document["findings"]}
    return found[check]["level"], found[check]["found"], found[check]["advice"]


def test_a_healthy_machine_has_no_problems(doctor: Spock, enrich: Spock, spock: Spock):
    enrich("--regions", "VN")
    outcome = doctor()
    assert outcome.code == 0
    assert outcome.document["problems"] == 0
    for check in ("markets", "register", "integrity", "disk", "last run", "kis", "yahoo", "clock"):
        assert finding(outcome, check)[0] == "ok", check
    assert finding(outcome, "kis key") == (
        "ok", "not given, and not needed for these markets", ""
    )  # fmt: skip
    assert not list(Path().glob("cache/*"))


def test_the_table_says_what_to_do(spock: Spock, sandbox):
    with deaf_port() as port:
        nobody = f"http://127.0.0.1:{port}"
        outcome = spock("doctor", "--kis-master-url", nobody, "--yahoo-url", sandbox.url)
    assert outcome.code == 1
    assert "the server could not be reached" in outcome.out
    assert "problem: kis: check network, proxy and firewall" in outcome.out
    assert "warning: register: run `spock enrich` once" in outcome.out
    assert "1 problems, 1 warnings" in outcome.out


def test_a_damaged_register_is_a_problem(doctor: Spock, enrich: Spock):
    enrich("--regions", "VN")
    content = bytearray(Path("spock.db").read_bytes())
    content[8192:16384] = b"\x99" * 8192
    Path("spock.db").write_bytes(content)
    outcome = doctor()
    assert outcome.code == 1
    levels = {one["check"]: one["level"] for one in outcome.document["findings"]}
    assert "problem" in (levels.get("integrity"), levels["register"])


def test_a_row_that_belongs_to_nothing_is_a_problem(doctor: Spock, enrich: Spock, register):
    enrich("--regions", "VN")
    register("PRAGMA foreign_keys = OFF")
    register("DELETE FROM tickers WHERE ticker = (SELECT min(ticker) FROM stock_details)")
    level, found, advice = finding(doctor(), "integrity")
    assert level == "problem"
    assert "belongs to nothing" in found
    assert "restore a backup" in advice


def test_a_run_that_failed_or_was_long_ago_is_worth_a_look(doctor, enrich, register):
    enrich("--regions", "VN")
    register("UPDATE runs SET status = 'failed'")
    assert finding(doctor(), "last run")[2] == "spock runs show 1"
    register("UPDATE runs SET status = 'success', started_at = '2026-01-01 00:00:00.000000'")
    level, _, advice = finding(doctor(), "last run")
    assert (level, "timer or cron" in advice) == ("warning", True)


def test_a_provider_that_is_down_is_a_problem(doctor: Spock, sandbox):
    sandbox.yahoo.faults.dead = True
    sandbox.kis.faults.status["*"] = 503
    outcome = doctor()
    assert outcome.code == 1
    for name in ("kis", "yahoo"):
        level, found, advice = finding(outcome, name)
        assert level == "problem"
        assert "HTTP 503" in found
        assert "try later" in advice


def test_a_clock_that_is_wrong_is_told(doctor: Spock, monkeypatch):
    monkeypatch.setattr("spock_core.cli.commands.doctor.providers.MOST_SKEW", timedelta(days=-1))
    level, found, advice = finding(doctor(), "clock")
    assert level == "warning"
    assert "differs from that of" in found
    assert "NTP" in advice


def test_a_misspelt_variable_is_named(doctor: Spock, monkeypatch):
    monkeypatch.setenv("SPOCK_YAHO_RATE", "1")
    outcome = doctor()
    assert outcome.code == 2
    assert "unknown setting 'SPOCK_YAHO_RATE': did you mean SPOCK_YAHOO_RATE?" in outcome.err


def test_a_setting_of_a_plugin_that_is_not_installed_is_worth_a_look(doctor: Spock, monkeypatch):
    monkeypatch.setattr("spock_core.settings.names._is_installed", lambda plugin: False)
    monkeypatch.setenv("SPOCK_JP_FOLDER", "/srv")
    found = [one for one in doctor().document["findings"] if one["check"] == "settings"]
    assert [one["level"] for one in found] == ["ok", "warning"]
    assert "a setting of spock-jp, which is not installed" in found[1]["found"]


@pytest.mark.parametrize("way", ["environment", "no prefix", "file", ".env"])
def test_a_key_is_found_wherever_it_was_given_and_its_token_is_kept(
    way, doctor: Spock, sandbox, monkeypatch, tmp_path
):
    if way == "environment":
        monkeypatch.setenv("SPOCK_KIS_APP_KEY", KEY)
        monkeypatch.setenv("SPOCK_KIS_APP_SECRET", SECRET)
    elif way == "no prefix":
        monkeypatch.setenv("KIS_APP_KEY", KEY)
        monkeypatch.setenv("KIS_APP_SECRET", SECRET)
    elif way == "file":
        for name, value in (("key", KEY), ("secret", SECRET)):
            path = tmp_path / name
            path.write_text(value + "\n")
            path.chmod(0o600)
            monkeypatch.setenv(f"SPOCK_KIS_APP_{name.upper()}_FILE", str(path))
    else:
        Path(".env").write_text(f"SPOCK_KIS_APP_KEY={KEY}\nSPOCK_KIS_APP_SECRET={SECRET}\n")
        Path(".env").chmod(0o600)
    first, second = doctor(), doctor()
    assert "its token is new" in finding(first, "kis key")[1]
    assert "its token is cached" in finding(second, "kis key")[1]
    assert sandbox.kis_api.issued == 1
    [kept] = Path("cache").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for outcome in (first, second):
        for secret in (KEY, SECRET, "sandbox-token"):
            assert secret not in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("key", "secret", "words"),
    [
        (KEY, "wrong", "KIS refuses the key (EGW00105)"),
        ("wrong", SECRET, "KIS refuses the key (EGW00103)"),
        (KEY, None, "set SPOCK_KIS_APP_SECRET too"),
    ],
)
def test_a_key_that_is_no_good_is_told_without_showing_it(
    doctor: Spock, monkeypatch, key, secret, words
):
    monkeypatch.setenv("SPOCK_KIS_APP_KEY", key)
    if secret:
        monkeypatch.setenv("SPOCK_KIS_APP_SECRET", secret)
    outcome = doctor()
    assert outcome.code == 1
    assert words in finding(outcome, "kis key")[1]
    assert key not in outcome.out.replace("kis key", "")


def test_a_second_token_within_a_minute_is_waited_for_not_begged(doctor, sandbox, monkeypatch):
    monkeypatch.setenv("SPOCK_KIS_APP_KEY", KEY)
    monkeypatch.setenv("SPOCK_KIS_APP_SECRET", SECRET)
    doctor()
    for kept in Path("cache").iterdir():
        kept.unlink()
    assert "one token a minute" in finding(doctor(), "kis key")[1]


def test_secrets_are_in_no_output_of_any_kind(spock, enrich, sandbox, monkeypatch, register):
    monkeypatch.setenv("SPOCK_KIS_APP_KEY", "hush-key")
    monkeypatch.setenv("SPOCK_KIS_APP_SECRET", "hush-secret")
    outcome = enrich("--regions", "VN", "-v", "--log-file", "run.log", "--report-file", "run.md",
                     "--metrics-textfile", "run.prom")  # fmt: skip
    assert outcome.code == 0
    shown = outcome.out + outcome.err + spock("runs", "show", "last").out
    shown += "".join(Path(name).read_text() for name in ("run.log", "run.md", "run.prom"))
    assert "hush" not in shown
    assert "hush" not in str(register("SELECT * FROM runs"))
    monkeypatch.setenv("SPOCK_MAX_WORKERS", "99")
    assert "hush" not in enrich().err
    assert "--kis-app-key" not in spock("enrich", "--help").out


def test_a_key_file_that_others_can_read_is_told(doctor: Spock, monkeypatch, tmp_path):
    path = tmp_path / "key"
    path.write_text(KEY)
    path.chmod(0o644)
    monkeypatch.setenv("SPOCK_KIS_APP_KEY_FILE", str(path))
    monkeypatch.setenv("SPOCK_KIS_APP_SECRET", SECRET)
    level, found, advice = finding(doctor(), f"file {path}")
    assert (level, found) == ("warning", "all users can read it")
    assert advice == f"chmod o= {path}"


def test_a_key_file_that_is_not_there_is_told(doctor: Spock, monkeypatch):
    monkeypatch.setenv("SPOCK_KIS_APP_KEY_FILE", "/nowhere/key")
    level, found, _ = finding(doctor(), "kis key")
    assert level == "problem"
    assert "SPOCK_KIS_APP_KEY_FILE /nowhere/key cannot be read: No such file" in found


def test_what_pip_left_behind_is_one_quiet_line(
    doctor: Spock, spock: Spock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """An upgrade of spock-jp that was interrupted, another version, and lib64 as a link to lib."""
    site = tmp_path / "lib"
    for name, version in (("~pock_jp", "0.0.8"), ("~pock_tw", "1.0"), ("spock_vn", "0.0.9")):
        info = site / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        distribution = name.replace("~", "s").replace("_", "-")
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        )
        module = distribution.replace("-", "_")
        entry = f"[spock.plugins]\n{distribution[-2:]} = {module}\n"
        (info / "entry_points.txt").write_text(entry if "~" in name else "")
    (tmp_path / "lib64").symlink_to(site)
    before = spock("regions").out
    monkeypatch.setattr("sys.path", [*sys.path, str(site), str(tmp_path / "lib64")])
    assert spock("regions").out == before
    level, found, advice = finding(doctor(), "leftovers")
    assert (level, advice) == ("ok", "")
    for words in (
        f"~pock_jp-0.0.8.dist-info in {site}",
        f"~pock_tw-1.0.dist-info in {site}",
        "spock-vn is there in 2 versions: 0.0.9, 0.1.0",
        f"{tmp_path}/lib64 is {site} under another name",
        "without effect",
    ):
        assert words in found
    assert "\n" not in found


def test_nothing_left_behind_is_not_worth_a_line(doctor: Spock):
    assert "leftovers" not in {one["check"] for one in doctor().document["findings"]}

"""The files for servers do what they say: units, cron lines, environment, rotation."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spock_core.settings.model import Settings
from spock_core.settings.names import variable_of
from tests.support.processes import environment
from tests.support.project import DEPLOY

UNITS = ("spock.service", "spock.timer", "spock-weekly.service", "spock-weekly.timer")
SPOCK = "/opt/spock/venv/bin/spock"


def test_the_units_pass_systemds_own_check(tmp_path: Path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text()
        (tmp_path / name).write_text(text.replace(SPOCK, "/bin/true"))
    done = subprocess.run(
        [analyze, "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "spock" not in done.stderr, done.stderr


def test_the_service_runs_as_its_own_user_and_is_hardened():
    for name in ("spock.service", "spock-weekly.service"):
        text = (DEPLOY / "systemd" / name).read_text()
        for line in ("User=spock", "NoNewPrivileges=yes", "ProtectSystem=strict",
                     "ProtectHome=yes", "PrivateTmp=yes", "CapabilityBoundingSet="):  # fmt: skip
            assert line in text.splitlines(), (name, line)


def cron_lines() -> list[str]:
    """The commands, without schedule and user."""
    lines = (DEPLOY / "cron" / "spock").read_text().splitlines()
    return [line.split(maxsplit=6)[6] for line in lines if re.match(r"\d", line)]


@pytest.mark.parametrize("number", [0, 1])
def test_the_cron_lines_run_with_an_empty_environment(number: int, sandbox, tmp_path: Path):
    there = environment(sandbox)
    lines = [f"{n}={there[n]}" for n in there if n.startswith("SPOCK_")]
    lines += [f"SPOCK_DATABASE=sqlite:///{tmp_path}/cron.db", f"SPOCK_LOG_FILE={tmp_path}/cron.log"]
    (tmp_path / "spock.env").write_text("\n".join(lines) + "\n")
    command = cron_lines()[number]
    command = command.replace(SPOCK, f"{sys.executable} -m spock_core")
    command = command.replace("/etc/spock/spock.env", str(tmp_path / "spock.env"))
    command = command.replace("/var/lib/spock", str(tmp_path))
    done = subprocess.run(
        ["/usr/bin/env", "-i", "/bin/sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert (tmp_path / "cron.db").exists()
    assert "run 1" in (tmp_path / "cron.log").read_text()


def test_the_example_environment_names_settings_and_holds_no_secret():
    text = (DEPLOY / "spock.env.example").read_text()
    known = {variable_of(name) for name in Settings.model_fields}
    names = re.findall(r"^#? ?(SPOCK_[A-Z_]+)=", text, re.M)
    assert names
    assert set(names) <= known
    assert not any("KEY" in name or "SECRET" in name for name in names)
    assert "0640" in text


def test_the_example_environment_means_the_same_to_a_shell_and_to_systemd(tmp_path: Path):
    """systemd takes all after `=` and removes quotes around it, see systemd.exec(5)."""
    text = (DEPLOY / "spock.env.example").read_text()
    text = re.sub(r"^# (SPOCK_[A-Z_]+=)", r"\1", text, flags=re.M)
    text += 'SPOCK_SOURCES="kis issuer"\n'
    (tmp_path / "spock.env").write_text(text)
    done = subprocess.run(
        ["/usr/bin/env", "-i", "/bin/sh", "-c", f"set -ae; . {tmp_path}/spock.env; /usr/bin/env"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    shell = dict(line.split("=", 1) for line in done.stdout.splitlines() if line[:6] == "SPOCK_")
    lines = [line.split("=", 1) for line in text.splitlines() if line[:1] not in ("", "#")]
    assert shell == {name: value.strip('"') for name, value in lines}
    assert shell["SPOCK_REGIONS"] == "US,JP"
    assert shell["SPOCK_SOURCES"] == "kis issuer"


@pytest.mark.parametrize("number", [0, 1])
def test_a_list_without_quotes_ends_the_cron_line_before_another_job_is_done(
    number: int, tmp_path: Path
):
    (tmp_path / "spock.env").write_text("SPOCK_REGIONS=US JP\n")
    command = cron_lines()[number].replace("/etc/spock/spock.env", str(tmp_path / "spock.env"))
    command = command.replace("/var/lib/spock", str(tmp_path))
    command = command.replace(SPOCK, f"touch {tmp_path}/ran #")
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "JP" in done.stderr
    assert not (tmp_path / "ran").exists()


def test_logrotate_accepts_its_file(tmp_path: Path):
    logrotate = shutil.which("logrotate")
    if logrotate is None:
        pytest.skip("logrotate is not installed (Debian: logrotate)")
    text = (DEPLOY / "logrotate" / "spock").read_text()
    text = text.replace("/var/log/spock", str(tmp_path)).replace("spock spock", "root root")
    (tmp_path / "rotate").write_text(text)
    (tmp_path / "rotate").chmod(0o644)
    (tmp_path / "spock.log").write_text("a line\n")
    done = subprocess.run(
        [logrotate, "--debug", "--state", str(tmp_path / "state"), str(tmp_path / "rotate")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr.lower()

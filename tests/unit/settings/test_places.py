"""Where settings stand: what is empty is unset, lists have any form, files are read with bounds."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from spock_core.domain.errors import UsageError
from spock_core.settings.credentials import credentials
from spock_core.settings.model import Settings, load_settings
from spock_core.settings.names import variable_of
from spock_core.settings.user_files import read_text
from tests.support import child


@pytest.fixture(autouse=True)
def tables_of_no_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the tests' own environment, only the sources are set."""
    monkeypatch.delenv("SPOCK_TABLES_URL")


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_variable_is_unset(monkeypatch: pytest.MonkeyPatch, empty: str):
    """As compose writes `SPOCK_LOG_FILE=${LOG_FILE:-}`."""
    as_before = load_settings({"sources": "kis"})
    for name in Settings.model_fields:
        monkeypatch.setenv(variable_of(name), empty)
    monkeypatch.setenv("SPOCK_CONFIG", empty)
    Path(".env").write_text(
        "".join(f"{variable_of(name)}={empty}\n" for name in Settings.model_fields)
    )
    found = load_settings({"sources": "kis"})
    assert found == as_before
    assert found.model_fields_set == {"sources"}


def test_an_empty_value_is_unset_in_a_file_and_as_an_argument():
    Path("spock.toml").write_text('log_file = ""\nregions = ""\ndatabase = " "\n')
    given = {
        "report_file": "",
        "regions": [""],
        "sources": None,
        "sandbox": None,
        "kis_app_key": "",
    }
    assert load_settings(given).model_fields_set == {"sources"}  # from the tests' environment


def test_an_empty_variable_leaves_the_file_its_word(monkeypatch: pytest.MonkeyPatch):
    Path("spock.toml").write_text("max_workers = 2\n")
    monkeypatch.setenv("SPOCK_MAX_WORKERS", "")
    assert load_settings({}).max_workers == 2


@pytest.mark.parametrize("text", ["US,JP", "US JP", " us , jp ", '"US JP"', "'US,JP'"])
def test_a_list_may_have_commas_or_spaces_everywhere(monkeypatch: pytest.MonkeyPatch, text: str):
    assert load_settings({"regions": text}).regions == ("US", "JP")
    assert load_settings({"regions": [text]}).regions == ("US", "JP")
    Path("spock.toml").write_text(f"regions = '''{text}'''\n")
    assert load_settings({}).regions == ("US", "JP")
    Path("spock.toml").unlink()
    Path(".env").write_text(f"SPOCK_REGIONS={text}\n")
    assert load_settings({}).regions == ("US", "JP")
    Path(".env").unlink()
    monkeypatch.setenv("SPOCK_REGIONS", text)
    assert load_settings({}).regions == ("US", "JP")


@pytest.mark.parametrize("value", [["US", "JP"], ("US", "JP"), ["US,JP"]])
def test_a_list_from_python_is_a_list(value):
    assert load_settings({"regions": value}).regions == ("US", "JP")


def test_a_list_without_a_word_is_an_error_and_not_all_regions():
    with pytest.raises(UsageError, match="--regions"):
        load_settings({"regions": []})


def test_toml_takes_the_names_of_the_flags():
    Path("spock.toml").write_text('max-age-days = 14\nkis_app_key = "k"\njson = true\n')
    found = load_settings({})
    assert (found.max_age_days, found.json_output) == (14, True)
    Path("spock.toml").write_text("max-age-days = 14\nmax_age_days = 15\n")
    with pytest.raises(UsageError, match="given twice"):
        load_settings({})


def test_the_variable_with_the_prefix_wins_over_kis_own_name(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KIS_APP_KEY", "theirs")
    monkeypatch.setenv("KIS_APP_SECRET", "theirs")
    monkeypatch.setenv("SPOCK_KIS_APP_KEY", "ours")
    monkeypatch.setenv("SPOCK_KIS_APP_SECRET", "")
    found = credentials(load_settings({}))
    assert found is not None
    assert [part.get_secret_value() for part in found] == ["ours", "theirs"]


@pytest.mark.parametrize("name", [".env", "spock.toml"])
def test_a_settings_file_that_is_no_regular_file_is_refused_at_once(name: str):
    os.mkfifo(name)
    with pytest.raises(UsageError, match=re.escape(f"settings file {name} is not a regular file")):
        load_settings({})
    Path(name).unlink()
    Path(name).symlink_to("/dev/zero")
    with pytest.raises(UsageError, match=re.escape(f"settings file {name} is not a regular file")):
        load_settings({})


@pytest.mark.parametrize("name", [".env", "spock.toml"])
def test_a_settings_file_without_end_is_not_read_to_its_end(name: str):
    with Path(name).open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(UsageError, match="too large: the limit is 64 kB"):
        load_settings({})


HOSTILE = {
    "values that double": (".env", "A0=xxxxxxxxxx\n" + "".join(
        f"A{n + 1}=${{A{n}}}${{A{n}}}\n" for n in range(40)), "stand for more than 1,048,576"),
    "references without end": (".env", "A='" + "${\n" * 2_000, "more than 1,000 references"),
    "a line without end": (".env", "A=" + " " * 60_000, "a line of more than 10,000"),
    "no assignment": (".env", "export 1\nSPOCK_REGIONS US\n", "line 2: not an assignment"),
    "a colon": (".env", "SPOCK_REGIONS: US\n", "line 1: not an assignment"),
    "no end of a quote": (".env", 'SPOCK_REGIONS="US\n', "line 1: not an assignment"),
    "a name alone": (".env", "FOO\nSPOCK_REGONS\n", "line 2: not an assignment"),
    "a key alone": (".env", "KIS_APP_KEY abc\n", "line 1: not an assignment"),
    "a hyphen": (".env", "SPOCK-REGIONS=US\n", "is no name of a variable: write SPOCK_REGIONS"),
    "a key without end": ("spock.toml", "a." * 30_000 + "a = 1", "more than 100 dots"),
    "a number without end": ("spock.toml", "max-workers = " + "9" * 5_000, "is not TOML"),
    "nested without end": ("spock.toml", "regions = " + "[" * 60_000, "is not TOML"),
}  # fmt: skip
"""By what is in them: a settings file, and what is said of it. Each would take hours or gigabytes."""


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_settings_file_is_refused_in_one_line(case: str):
    name, text, words = HOSTILE[case]
    Path(name).write_text(text)
    with pytest.raises(UsageError, match=f"settings file {re.escape(name)}.*{words}") as caught:
        load_settings({})
    assert str(caught.value).isprintable()


def test_references_in_the_env_file_are_to_what_is_above_or_to_the_environment(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("HOUSE", "VN")
    monkeypatch.setenv("REGION", "CN")
    Path(".env").write_text(
        "if true; then\n"  # a line of another program's
        "REGION=US\nSPOCK_REGIONS=${REGION},${HOUSE}\nSPOCK_MAX_WORKERS=${NOTHING:-3}\n"
    )
    found = load_settings({})
    assert (found.regions, found.max_workers) == (("US", "VN"), 3)


def test_a_folder_named_as_the_env_file_is_none():
    Path(".env").mkdir()
    Path("spock.toml").mkdir()
    load_settings({})


def test_a_named_settings_file_must_be_a_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SPOCK_CONFIG", "/dev/zero")
    with pytest.raises(UsageError, match="settings file /dev/zero is not a regular file"):
        load_settings({})


def test_a_user_file_that_is_a_pipe_is_refused():
    os.mkfifo("pipe.csv")
    with pytest.raises(UsageError, match=r"pipe\.csv is not a regular file"):
        read_text(Path("pipe.csv"), "pipe.csv")


def test_a_working_folder_that_cannot_be_searched_has_no_settings(tmp_path: Path):
    """As when `spock` runs as another user in root's home."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    (tmp_path / ".env").write_text("SPOCK_MAX_WORKERS=3\n")
    tmp_path.chmod(0o700)
    code = (
        "import os\n"
        "from spock_core.settings.model import load_settings\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "print(load_settings({}).max_workers)"
    )
    done = child.run(["-c", code], folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "5\n"), done.stderr


def test_a_file_for_the_shell_and_systemd_can_hold_a_list_in_quotes(tmp_path: Path):
    """A shell and systemd remove the quotes, and so does the reader of `.env`."""
    Path(".env").write_text('SPOCK_REGIONS="US JP"\n')
    assert load_settings({}).regions == ("US", "JP")
    command = 'set -a; . ./.env; printf %s "$SPOCK_REGIONS"'
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == "US JP"

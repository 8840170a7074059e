"""Settings: flags win over the environment, that over .env, that over the file; mistakes are named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from spock_core.domain.errors import UsageError
from spock_core.settings.model import SANDBOX_DATABASE, Settings, load_settings
from spock_core.settings.names import flag_of, variable_of
from spock_core.settings.setting import Setting
from spock_core.store.connection.address import label_of, parse_url
from tools.docs_site.settings_page import settings_page


def test_each_source_wins_over_the_next(monkeypatch: pytest.MonkeyPatch):
    assert load_settings({}).max_workers == 5
    Path("spock.toml").write_text("max_workers = 2\n")
    assert load_settings({}).max_workers == 2
    Path(".env").write_text("SPOCK_MAX_WORKERS=3\n")
    assert load_settings({}).max_workers == 3
    monkeypatch.setenv("SPOCK_MAX_WORKERS", "4")
    assert load_settings({}).max_workers == 4
    assert load_settings({"max_workers": "6"}).max_workers == 6


def test_a_named_settings_file_is_read_instead(monkeypatch, tmp_path):
    Path("spock.toml").write_text("max_workers = 2\n")
    other = tmp_path / "other.toml"
    other.write_text('regions = ["jp", "us"]\n')
    monkeypatch.setenv("SPOCK_CONFIG", str(other))
    settings = load_settings({})
    assert settings.max_workers == 5
    assert settings.regions == ("JP", "US")


@pytest.mark.parametrize("text", ["US,JP", "us jp", " US , JP "])
def test_regions_from_the_environment_need_no_json(monkeypatch, text):
    monkeypatch.setenv("SPOCK_REGIONS", text)
    assert load_settings({}).regions == ("US", "JP")


def test_json_has_its_own_name_everywhere(monkeypatch):
    Path("spock.toml").write_text("json = true\n")
    assert load_settings({}).json_output
    Path("spock.toml").unlink()
    assert not load_settings({}).json_output
    monkeypatch.setenv("SPOCK_JSON", "1")
    assert load_settings({}).json_output
    assert not load_settings({"json_output": False}).json_output


def test_an_env_file_that_is_no_text_is_named():
    Path(".env").write_bytes(b"\xff\xfe")
    with pytest.raises(
        UsageError, match=r"settings file \.env line 1: not UTF-8: save it as UTF-8 text"
    ):
        load_settings({})


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"max_age_days": "99999999999"}, "--max-age-days 99999999999"),
        ({"kis_master_url": "/nowhere"}, "--kis-master-url /nowhere: there is no such folder"),
        ({"max_workers": "0"}, "--max-workers 0"),
        ({"max_workers": "11"}, "--max-workers 11"),
        ({"max_age_days": "0"}, "--max-age-days 0"),
        ({"max_retries": "0"}, "--max-retries 0"),
        ({"retry_delay": "-1"}, "--retry-delay -1"),
        ({"retry_delay": "nan"}, "--retry-delay nan"),
        ({"prometheus_port": "1023"}, "--prometheus-port 1023"),
        ({"prometheus_port": "65536"}, "--prometheus-port 65536"),
        ({"fail_under": "1.5"}, "--fail-under 1.5"),
        ({"regions": ["", ","]}, "--regions"),
        ({"kis_master_url": "ftp://x/y"}, "--kis-master-url ftp://x/y"),
        ({"max_age_days": "soon"}, "--max-age-days soon"),
    ],
)
def test_a_value_out_of_range_is_named_with_its_flag(flags, words):
    with pytest.raises(UsageError, match=re.escape(words)) as caught:
        load_settings(flags)
    assert "\n" not in str(caught.value)


NUMBERS = sorted(
    name
    for name, field in Settings.model_fields.items()
    if {int, float} & {field.annotation, *get_args(field.annotation)}
)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "1e300", "1" + "0" * 30])
@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_has_bounds(name: str, value: str):
    with pytest.raises(UsageError, match=re.escape(flag_of(name))) as caught:
        load_settings({name: value})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["nan", "inf", "-1e400", "1" + "0" * 400])
@pytest.mark.parametrize("kind", [int, float])
def test_a_plugins_number_fits_into_64_bits(kind: type, value: str):
    declared = [Setting("hanoi_rooms", "How many rooms.", kind)]
    with pytest.raises(UsageError, match="--hanoi-rooms"):
        load_settings({"hanoi_rooms": value}, declared)


PASSWORDS = ["hush", "hu/sh", "hu?sh", "hu#sh", "hu@sh", "hu:sh", "hu[sh", "hu%2Fsh"]


@pytest.mark.parametrize("password", PASSWORDS)
def test_no_password_of_a_database_is_shown_however_it_is_written(password: str):
    text = f"postgresql+psycopg://me:{password}@host/db"
    shown = str(load_settings({"database": text}).public()["database"])
    assert "host/db" in shown
    try:
        shown += label_of(parse_url(text))
    except UsageError as error:
        shown += str(error)
    assert "hu" not in shown
    assert "sh" not in shown


@pytest.mark.parametrize("host", ["hu@sh:hush@host", "host:hush", "hu:hush@host"])
def test_a_database_url_whose_port_is_none_is_told_without_its_password(host: str):
    with pytest.raises(UsageError, match="write %40 for @"):
        parse_url(f"postgresql+psycopg://me:x@{host}/db")


def test_a_wrong_value_is_named_by_where_it_stands(monkeypatch):
    monkeypatch.setenv("SPOCK_MAX_WORKERS", "99")
    with pytest.raises(UsageError, match="SPOCK_MAX_WORKERS 99"):
        load_settings({})
    monkeypatch.delenv("SPOCK_MAX_WORKERS")
    Path("spock.toml").write_text("max_workers = 98\n")
    with pytest.raises(UsageError, match=r"max_workers .* 98"):
        load_settings({})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("max_workrs = 1\n", "unknown setting 'max_workrs'"),
        ("= 3\n", "is not TOML"),
        (b"\xff", "line 1: not UTF-8"),
    ],
)
def test_a_settings_file_with_a_mistake_is_named(content, words):
    path = Path("spock.toml")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=words):
        load_settings({})


def test_a_settings_file_that_is_named_must_exist(monkeypatch):
    monkeypatch.setenv("SPOCK_CONFIG", "nowhere.toml")
    with pytest.raises(UsageError, match=r"nowhere\.toml"):
        load_settings({})


def test_the_sandbox_never_touches_the_default_register(monkeypatch):
    assert load_settings({"sandbox": True}).database == SANDBOX_DATABASE
    monkeypatch.setenv("SPOCK_DATABASE", "sqlite:///mine.db")
    assert load_settings({"sandbox": True}).database == "sqlite:///mine.db"


def test_passwords_are_not_among_the_public_settings():
    settings = load_settings(
        {
            "database": "postgresql+psycopg://me:hush@host/db?password=hush",
            "kis_master_url": "https://me:hush@mirror/x",
            "yahoo_url": "http://me:hush@mirror/y",
        }
    )
    assert "hush" not in str(settings.public())


def test_every_setting_is_described_and_documented():
    page = settings_page()
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert variable_of(name) in page, name

"""A setting that does not exist is an error with the nearest name, wherever it stands."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from spock_core.domain.errors import UsageError
from spock_core.settings import names
from spock_core.settings.model import load_settings, settings_of_missing_plugins

OF_KUBERNETES = {
    "SPOCK_SERVICE_HOST": "10.0.0.11",
    "SPOCK_SERVICE_PORT": "80",
    "SPOCK_SERVICE_PORT_HTTP": "80",
    "SPOCK_PORT": "tcp://10.0.0.11:80",
    "SPOCK_PORT_80_TCP": "tcp://10.0.0.11:80",
    "SPOCK_PORT_80_TCP_PROTO": "tcp",
    "SPOCK_PORT_80_TCP_PORT": "80",
    "SPOCK_PORT_80_TCP_ADDR": "10.0.0.11",
    "SPOCK_DB_SERVICE_HOST": "10.0.0.12",
    "SPOCK_DB_PORT_5432_TCP_ADDR": "10.0.0.12",
    "SPOCK_PROMETHEUS_PORT": "tcp://10.0.0.13:9090",
}
"""What a container gets beside services named spock, spock-db and spock-prometheus."""


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        (
            "SPOCK_REGONS",
            "environment: unknown setting 'SPOCK_REGONS': did you mean SPOCK_REGIONS?",
        ),
        ("SPOCK_YAHO_RATE", "did you mean SPOCK_YAHOO_RATE?"),
        ("spock_regons", "unknown setting 'spock_regons': did you mean"),
        ("SPOCK_PROMETEUS_PORT", "did you mean SPOCK_PROMETHEUS_PORT?"),
        ("SPOCK_MOST", "unknown setting 'SPOCK_MOST'"),
        ("SPOCK_QQQ", "unknown setting 'SPOCK_QQQ': see docs/settings.md for all names"),
    ],
)
def test_a_misspelt_variable_is_an_error(monkeypatch: pytest.MonkeyPatch, variable, words):
    monkeypatch.setenv(variable, "1")
    with pytest.raises(UsageError, match=re.escape(words)):
        load_settings({})


def test_a_misspelt_name_in_a_file_is_an_error():
    Path(".env").write_text("OTHER_PROGRAM=1\nSPOCK_REGONS=JP\n")
    with pytest.raises(UsageError, match=r"settings file \.env: .*did you mean SPOCK_REGIONS"):
        load_settings({})
    Path(".env").unlink()
    Path("spock.toml").write_text('regons = "JP"\n')
    with pytest.raises(UsageError, match=r"settings file spock\.toml: .*did you mean regions\?"):
        load_settings({})


def test_a_misspelt_argument_is_an_error():
    with pytest.raises(UsageError, match=r"unknown setting 'databse': did you mean database\?"):
        load_settings({"databse": "sqlite:///x.db"})


def test_what_kubernetes_adds_beside_a_service_is_no_setting(monkeypatch: pytest.MonkeyPatch):
    for variable, value in OF_KUBERNETES.items():
        monkeypatch.setenv(variable, value)
    assert load_settings({}).prometheus_port is None


def test_a_setting_of_a_plugin_that_is_not_installed_is_a_warning(monkeypatch: pytest.MonkeyPatch):
    """spock-hk is one of Spock's plugins: it is in the extra `markets`."""

    def distribution(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(names, "distribution", distribution)
    monkeypatch.setenv("SPOCK_HK_FOLDER", "/srv")
    Path("spock.toml").write_text('jp-folder = "/srv"\n')
    load_settings({})
    assert settings_of_missing_plugins() == [
        "SPOCK_HK_FOLDER is a setting of spock-hk, which is not installed: it has no effect",
        "jp-folder is a setting of spock-jp, which is not installed: it has no effect",
    ]


def test_a_plugin_that_is_installed_has_only_the_settings_that_exist(monkeypatch):
    monkeypatch.setattr(names, "distribution", lambda name: name)
    monkeypatch.setenv("SPOCK_HK_FOLDER", "/srv")
    with pytest.raises(UsageError, match="unknown setting 'SPOCK_HK_FOLDER'"):
        load_settings({})

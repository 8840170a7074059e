"""Every flag of every command is a setting, or its help says that it is none."""

from __future__ import annotations

import argparse

import pytest

from spock_core.cli.flags import NO_SETTING
from spock_core.settings.model import Settings
from spock_core.settings.names import flag_of, variable_of
from tests.conftest import Spock
from tools.docs_site.commands_page import arguments_of, built_in_commands

FLAGS = [
    (command.name, argument)
    for command in built_in_commands()
    for argument in arguments_of(command)
    if argument.option_strings
]


@pytest.mark.parametrize(
    ("command", "argument"), FLAGS, ids=[f"{n} {a.option_strings[0]}" for n, a in FLAGS]
)
def test_a_flag_is_a_setting_or_is_said_to_be_none(command: str, argument: argparse.Action):
    names = {flag_of(name): name for name in Settings.model_fields}
    setting = names.get(argument.option_strings[0])
    text = str(argument.help)
    if NO_SETTING not in text:
        assert setting == argument.dest
        assert f"[{variable_of(setting)}]" in text


def test_a_misspelt_flag_is_told_with_the_nearest(spock: Spock):
    outcome = spock("enrich", "--regons", "JP")
    assert outcome.code == 2
    assert "unrecognized arguments: --regons JP: did you mean --regions?" in outcome.err
    outcome = spock("runs", "--mots=3")
    assert "did you mean --most?" in outcome.err
    assert "see `spock runs --help`" in outcome.err


def test_the_flag_of_a_setting_is_no_abbreviation_of_another(spock: Spock):
    outcome = spock("status", "--fail-under", "0.9")
    assert outcome.code == 2
    assert "unrecognized arguments: --fail-under 0.9" in outcome.err
    assert "there is no register" in spock("status", "--fail-under-cov=0.9").err


def test_json_of_every_command_is_the_setting(spock: Spock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SPOCK_JSON", "yes")
    assert spock("regions").document["regions"]

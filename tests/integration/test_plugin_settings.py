"""Settings that a plugin declares: given, refused, shown and hidden like core's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spock_core.api import enrich
from spock_core.domain.errors import UsageError
from tests.conftest import Spock

PLUGIN = """
    from spock_core import Setting, hookimpl

    def known(city):
        if city not in ("Hanoi", "Hue"):
            raise ValueError("must be Hanoi or Hue")

    @hookimpl
    def spock_settings():
        return (
            Setting("hanoi_city", "Where it is.", default="Hue", check=known),
            Setting("hanoi_rooms", "How many rooms it has.", type=int),
            Setting("hanoi_open", "Whether it is open.", type=bool),
            Setting("hanoi_key", "Its key.", secret=True),
        )

    @hookimpl
    def spock_listings(market, states, run):
        one = run.settings
        key = one.hanoi_key.get_secret_value() if one.hanoi_key else None
        print("has", one.hanoi_city, one.hanoi_rooms, one.hanoi_open, len(key or ""), one.hanoi_key)
"""
RUN = ("enrich", "--regions", "VN", "--sources", "kis")


@pytest.fixture
def hanoi(bring, spock: Spock, master_files: Path) -> Spock:
    """`spock enrich` of Vietnam with a plugin that prints its settings."""
    bring("spock-hanoi", PLUGIN, entry="hanoi")
    return lambda *arguments: spock(*RUN, "--kis-master-url", master_files, *arguments)


def test_it_is_given_in_every_place_with_the_precedence_of_cores_settings(hanoi, monkeypatch):
    assert "has Hue None False 0 None" in hanoi().err
    Path("spock.toml").write_text('hanoi-rooms = 2\nhanoi_key = "file"\n')
    assert "has Hue 2 False 4 **********" in hanoi().err
    Path(".env").write_text("SPOCK_HANOI_CITY=Hanoi\nSPOCK_HANOI_ROOMS=3\n")
    assert "has Hanoi 3 False 4" in hanoi().err
    monkeypatch.setenv("SPOCK_HANOI_ROOMS", "4")
    monkeypatch.setenv("SPOCK_HANOI_OPEN", "yes")
    assert "has Hanoi 4 True 4" in hanoi().err
    assert "has Hue 5 False 4" in hanoi(
        "--hanoi-rooms", 5, "--no-hanoi-open", "--hanoi-city", "Hue"
    ).err  # fmt: skip


def test_it_is_an_argument_from_python(hanoi, master_files, capsys):
    where = {"regions": "VN", "kis_master_url": master_files}
    enrich(**where, hanoi_rooms=7, hanoi_city=None)
    assert "has Hue 7 False 0" in capsys.readouterr().out
    with pytest.raises(UsageError, match="unknown setting 'hanoi_room': did you mean hanoi_rooms"):
        enrich(**where, hanoi_room=7)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SPOCK_HANOI_CITY", "Saigon", "SPOCK_HANOI_CITY Saigon: must be Hanoi or Hue"),
        ("SPOCK_HANOI_CITY", "Ha\nnoi", "must be one line of up to 1,000 printable characters"),
        ("SPOCK_HANOI_CITY", "x" * 2_000, "must be one line of up to 1,000 printable characters"),
        ("SPOCK_HANOI_ROOMS", "many", "SPOCK_HANOI_ROOMS many: "),
        ("SPOCK_HANOI_KEY", "my\x1bkey", "SPOCK_HANOI_KEY (hidden): must be one line"),
        ("SPOCK_HANOI_CITIES", "Hue", "unknown setting 'SPOCK_HANOI_CITIES': did you mean"),
    ],
)
def test_a_value_or_a_name_that_cannot_be_is_an_error(hanoi, monkeypatch, variable, value, words):
    monkeypatch.setenv(variable, value)
    outcome = hanoi()
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert words in outcome.err


def test_an_empty_variable_is_unset(hanoi, monkeypatch):
    for name in ("CITY", "ROOMS", "OPEN", "KEY"):
        monkeypatch.setenv(f"SPOCK_HANOI_{name}", " ")
    assert "has Hue None False 0 None" in hanoi().err


def test_every_command_accepts_the_variable(hanoi, spock, monkeypatch):
    hanoi()
    monkeypatch.setenv("SPOCK_HANOI_ROOMS", "2")
    for command in (["status"], ["search", "bank"], ["runs"], ["regions"], ["list"]):
        assert spock(*command).code == 0, command


def test_help_and_doctor_show_it(hanoi, spock, monkeypatch):
    text = " ".join(spock("enrich", "--help").out.split())
    assert "--hanoi-city CITY Where it is. (default: Hue) [SPOCK_HANOI_CITY]" in text
    assert "--hanoi-open, --no-hanoi-open" in text
    assert "hanoi-key" not in text
    monkeypatch.setenv("SPOCK_HANOI_ROOMS", "2")
    assert "hanoi_rooms" in spock("doctor", "--kis-master-url", Path.cwd()).out


def test_a_secret_is_nowhere_to_be_read(hanoi, spock, register, monkeypatch):
    monkeypatch.setenv("SPOCK_HANOI_KEY", "sesame-42")
    outcome = hanoi("--verbose", "--log-file", "run.log", "--report-file", "run.md", "--json")
    assert outcome.code == 0
    assert "sesame-42" not in outcome.out + outcome.err
    assert "sesame-42" not in spock("runs", "show", "last").out
    for path in Path().iterdir():
        assert path.is_dir() or b"sesame-42" not in path.read_bytes(), path
    [(kept,)] = register("SELECT settings FROM runs")
    assert json.loads(kept)["hanoi_key"] == "given"


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ("'hanoi_city'", "instead of Setting"),
        ("Setting('database', 'Mine.')", "the name of a setting is 'database'"),
        ("Setting('max_workers', 'Mine.', type=int)", "max_workers is one of core's"),
        ("Setting('Hanoi-City', 'Mine.')", "the name of a setting is 'Hanoi-City'"),
        ("Setting('hanoi_city', 'Mine.', type=list)", "give str, int, float or bool"),
        ("Setting('hanoi_city', 'Mine.', type=int, secret=True)", "and str for a secret"),
        ("Setting('hanoi_city', 'Mine.', default=1)", "is 1: give its type"),
        ("Setting('hanoi_city', '')", "lacks a help"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_declaration_that_cannot_be_used_is_a_fault_of_its_plugin(bring, spock, declared, words):
    source = f"""
    from spock_core import Setting, hookimpl

    @hookimpl
    def spock_settings():
        return ({declared},)
    """
    bring("spock-hanoi", source, entry="hanoi")
    outcome = spock("regions")
    assert outcome.code == 0
    assert "failed: plugin spock-hanoi:hanoi in spock_settings: " in outcome.out
    assert words in outcome.out


def test_a_check_that_fails_by_mistake_is_told_in_one_line(bring, spock, monkeypatch):
    bring("spock-hanoi", PLUGIN.replace("city not in", "city.nothing not in"), entry="hanoi")
    monkeypatch.setenv("SPOCK_HANOI_CITY", "Hue")
    outcome = spock("status")
    assert outcome.code == 2
    assert "its plugin cannot check it: AttributeError" in outcome.err


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import nothing_of_this_name", "spock-hanoi 1.0 is not loaded (ModuleNotFoundError"),
        (PLUGIN.replace("return (", "return 1 / 0, ("), "spock-hanoi:hanoi failed (ZeroDivision"),
    ],
)
def test_a_setting_of_a_plugin_that_cannot_declare_it_is_told_with_its_fault(
    bring, spock, monkeypatch, source, words
):
    bring("spock-hanoi", source, entry="hanoi")
    monkeypatch.setenv("SPOCK_HANOI_ROOMS", "2")
    outcome = spock("status")
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert "unknown setting 'SPOCK_HANOI_ROOMS'" in outcome.err
    assert f"; {words}" in outcome.err
    assert "it may have this setting" in outcome.err

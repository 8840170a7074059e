"""The site's reference names every setting and flag, and its links lead to pages of the site."""

from __future__ import annotations

import pytest

from spock_core.settings.model import Settings
from spock_core.settings.names import variable_of
from tools.docs_site.commands_page import built_in_commands, commands_page
from tools.docs_site.hooks import GENERATED
from tools.docs_site.links import DOCS, ROOT, relink
from tools.docs_site.settings_page import settings_page


def row(page: str, name: str) -> str:
    """The line of a table that is about a setting or a flag."""
    [line] = [line for line in page.splitlines() if f"`{name}`" in line]
    return line


def test_every_setting_is_in_the_reference_with_its_description():
    page = settings_page()
    for name, field in Settings.model_fields.items():
        assert field.description is not None
        assert field.description in row(page, variable_of(name))


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("SPOCK_REGIONS", "| `--regions` | `SPOCK_REGIONS` | `ALL` | words |"),
        ("SPOCK_PARALLEL", "| off | on or off |"),
        ("SPOCK_MAX_WORKERS", "| `5` | a whole number, 1 to 10 |"),
        ("SPOCK_YAHOO_RATE", "| `2.0` | a number, 0.01 to 1000 |"),
        ("SPOCK_JSON", "| `--json` | `SPOCK_JSON` | off |"),
        ("SPOCK_PUSHGATEWAY_URL", "| none | text |"),
        ("SPOCK_KIS_APP_KEY", "| `SPOCK_KIS_APP_KEY`, `KIS_APP_KEY` | none | text, never shown |"),
    ],
)
def test_a_row_has_flag_variables_default_and_values(variable, words):
    assert words in row(settings_page(), variable)


def test_a_setting_without_a_flag_stands_in_the_second_table():
    _, _, without = settings_page().partition("## Settings without a flag")
    assert "SPOCK_CACHE_FOLDER" in without
    assert "SPOCK_REGIONS" not in without


def test_every_command_has_a_section_with_its_flags():
    page = commands_page()
    for command in built_in_commands():
        assert f"## spock {command.name}\n\n{command.help}\n" in page
    assert "| `--max-age-days DAYS` |" in page
    assert "spock show stock [flags]" in page
    assert "`--verbose`, `--no-verbose`, `-v`" in page
    assert "%%" not in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](docs/settings.md)", "[a](settings.md)"),
        ("[a](docs/classification.md#overrides)", "[a](classification.md#overrides)"),
        ("[a](README.md)", "[a](index.md)"),
        ("[the examples](examples)", "the examples"),
        ("[a](docs/nowhere.md)", "[a](docs/nowhere.md)"),
        ("[a](https://pypi.org/project/pluggy)", "[a](https://pypi.org/project/pluggy)"),
        ("[a](#below)", "[a](#below)"),
        ("```\n[a](examples)\n```\n", "```\n[a](examples)\n```\n"),
    ],
)
def test_links_of_a_file_at_the_top_lead_to_pages(text, expected):
    assert relink(text, ROOT / "README.md", DOCS / "index.md") == expected


def test_links_of_a_page_in_a_folder_stay_as_they_are():
    page = DOCS / "reference" / "settings.md"
    assert relink("[a](../settings.md)", page, page) == "[a](../settings.md)"


def test_every_marker_of_the_pages_has_a_text():
    pages = "".join(path.read_text("utf-8") for path in DOCS.rglob("*.md"))
    for name in GENERATED:
        assert f"<!-- generated: {name} -->" in pages

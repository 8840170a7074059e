"""Tables fit their terminal: text is cut, lesser columns are dropped, nothing is wrapped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core.reporting.fitting import continued, cut, width_of
from spock_core.reporting.tables import Cell, table_text
from spock_core.reporting.terminal import Style

HEADERS = ("stock", "name", "local", "sector", "sure")
ROWS = [
    ("US:AAPL", "APPLE INC", "애플", "Information Technology", "99 %"),
    ("HK:00700", "A VERY LONG NAME OF A COMPANY THAT GOES ON", "텐센트 홀딩스 유한공사", "Energy", "7 %"),
]  # fmt: skip


def table(width: int | None, **layout: object) -> list[str]:
    layout = {"right": ("sure",), "cut": ("name", "local"), "lesser": ("local", "sure")} | layout
    return table_text(HEADERS, ROWS, width=width, **layout).splitlines()  # type: ignore[arg-type]


def test_without_a_width_a_table_is_whole():
    lines = table(None)
    assert "A VERY LONG NAME OF A COMPANY THAT GOES ON" in lines[3]
    assert lines[1] == "-" * len(lines[1])
    assert width_of(lines[0]) == width_of(lines[2]) == len(lines[1])


@pytest.mark.parametrize("width", range(8, 140))
def test_no_line_is_wider_than_the_terminal(width: int):
    lines = table(width)
    assert len(lines) == 4
    assert max(map(width_of, lines)) <= width


def test_names_are_cut_before_columns_are_dropped():
    wide, narrow = table(90), table(60)
    assert "애플" in wide[2]
    assert "…" in wide[3]
    assert "local" not in narrow[0]
    assert "Information Technology" in narrow[2]
    assert "99 %" in narrow[2]
    assert "sure" not in table(50)[0]


def test_korean_characters_take_two_columns():
    assert cut("텐센트 홀딩스", 13) == "텐센트 홀딩스"
    assert cut("텐센트 홀딩스", 8) == "텐센트…"
    assert width_of(cut("텐센트홀딩스", 6)) <= 6
    assert cut("abc", 0) == ""


def test_a_style_shows_on_a_terminal_alone():
    rows = [(Cell("new", Style.GREEN),)]
    assert table_text(("what",), rows).splitlines()[2] == "new"
    coloured = table_text(("what",), rows, width=80, colour=True)
    assert "\x1b[32mnew\x1b[0m" in coloured
    assert "\x1b[1mwhat\x1b[0m" in coloured


def test_control_characters_and_bidirectional_marks_do_nothing():
    text = table_text(("name",), [("A\x1b[31mB\nC\u202eD\x07",)])
    assert text.splitlines()[2] == "A [31mB C D"
    assert "\x1b" not in text


def test_a_table_without_rows_has_its_headers():
    assert table_text(("a", "b"), []).splitlines()[0] == "a   b"


@given(st.text(alphabet="ab 긴", max_size=60), st.integers(6, 30))
def test_a_line_that_is_too_wide_goes_on_below(line: str, width: int):
    parts = continued(line, width, 2)
    assert "".join("".join(parts).split()) == "".join(line.split())
    for part in parts:
        assert width_of(part) <= width or " " not in part.strip()


def test_what_fits_stays_as_it_is():
    assert continued("sector     Energy (10)", 80, 11) == ["sector     Energy (10)"]
    assert continued("sector     Consumer Staples (30), by kis", 28, 11) == [
        "sector     Consumer Staples",
        "           (30), by kis",
    ]

"""Tables of registers: read by their headings, and refused in one line where they are none."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core import DelimitedText, JsonRecords, Table, TableFile, Workbook, workbook_of
from spock_core.domain.errors import ListError
from spock_core.domain.tables import TableFormat
from spock_core.sources.tables import readers
from spock_core.sources.tables.readers import read_table

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=30)
LINES = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=20)


def read(content: bytes, kind: TableFormat, *needs: str) -> Table:
    return read_table(io.BytesIO(content), "t", TableFile("t", "", kind, needs))


def text_of(lines: list[tuple[str, str]], separator: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([("Code", "Name"), *lines])
    return out.getvalue().encode()


@given(LINES)
def test_what_a_table_says_is_read_from_text_and_from_a_workbook_alike(lines):
    expected = [{"Code": code, "Name": name} for code, name in lines if code or name]
    if not expected:
        with pytest.raises(ListError, match="headings and no rows"):
            read(text_of(lines), DelimitedText(), "Code")
        return
    assert read(text_of(lines), DelimitedText(), "Code", "Name").rows == expected
    workbook = workbook_of([("Code", "Name"), *lines])
    pytest.importorskip("python_calamine")
    assert read(workbook, Workbook(), "Code", "Name").rows == expected


def test_headings_are_found_under_a_preamble_and_other_columns_are_kept():
    content = b"\xef\xbb\xbfList of Securities\nUpdated as at 11/07/2025\n\nNew,Code,Name\n1,A,B\n"
    table = read(content, DelimitedText(), "Code", "Name")
    assert table.preamble == (("List of Securities",), ("Updated as at 11/07/2025",), ())
    assert table.rows == [{"New": "1", "Code": "A", "Name": "B"}]


def test_a_quote_is_a_character_like_any_other_in_text_with_bars():
    content = b'Symbol|Name\nA|The "X Fund\nB|Y\n'
    assert [row["Name"] for row in read(content, DelimitedText("|"), "Symbol").rows] == [
        'The "X Fund',
        "Y",
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"result": {"data": [{"code": "A", "n": 1}, {"code": "B", "x": None}]}},
        {"result": {"data": {"0": {"code": "A", "n": 1}, "1": {"code": "B"}}}},
    ],
)
def test_records_of_json_are_rows_whether_they_are_in_an_array_or_an_object(document):
    kind = JsonRecords(rows=("result", "data"))
    rows = read(json.dumps(document).encode(), kind, "code").rows
    assert [(row["code"], row["n"]) for row in rows] == [("A", "1"), ("B", "")]


def test_arrays_of_json_have_their_headings_beside_them():
    document = {"fields": ["cik", "ticker"], "data": [[320193, "AAPL"], [789019, "MSFT"]]}
    kind = JsonRecords(rows=("data",), headings=("fields",))
    rows = read(json.dumps(document).encode(), kind, "cik").rows
    assert rows == [{"cik": "320193", "ticker": "AAPL"}, {"cik": "789019", "ticker": "MSFT"}]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", b" " * (readers.MOST_UNPACKED_BYTES + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", DelimitedText(), "it is empty"),
        (b"Code,Other\nA,B\n", DelimitedText(), "it has no column 'Name'"),
        (b"Code,Name\n", DelimitedText(), "it has headings and no rows"),
        (b"Code,Name\nA,B\n", DelimitedText(footer="End"), "it is cut off, since it does not end"),
        (b"Code,Name\n,\n ,\n", DelimitedText(), "it has headings and no rows"),
        (b"Code,Name\nA,\xff\n", DelimitedText(), "it is not the text that it should be"),
        (b"<html>", JsonRecords(), "it is not JSON"),
        (b"[" * 100_000, JsonRecords(), "it is not JSON"),
        (b'{"result": null}', JsonRecords(("result", "data")), "it is empty"),
        (b'[{"Code": "A"}]', JsonRecords(), "it has no column 'Name'"),
        (b"<html>", Workbook(), "it is not a workbook"),
        (b"PK\x03\x04 cut", Workbook(), "it is not a workbook"),
        (bomb, Workbook(), "refused as a bomb"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(content, kind, words):
    if isinstance(kind, Workbook):
        pytest.importorskip("python_calamine")
    with pytest.raises(ListError, match=words) as caught:
        read(content() if callable(content) else content, kind, "Code", "Name")
    assert str(caught.value).startswith("t: ")
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=300), st.sampled_from([DelimitedText(), JsonRecords(), Workbook()]))
def test_no_bytes_do_anything_else_than_give_harmless_text_or_be_refused(content, kind):
    if isinstance(kind, Workbook):
        pytest.importorskip("python_calamine")
    try:
        table = read(content, kind)
    except ListError as error:
        assert "\n" not in str(error)
        return
    for row in table.rows:
        assert all(cell.isprintable() and len(cell) <= 20_000 for cell in row.values())

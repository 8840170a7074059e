"""Tables of registers: read by their headings, and refused in one line where they are none."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core import DelimitedText, JsonRecords, Table, TableFile, Workbook, workbook_of
from spock_core.domain.errors import ListError
from spock_core.domain.tables import TableFormat
from spock_core.sources.tables import workbook_process
from spock_core.sources.tables.headings import table_of
from spock_core.sources.tables.readers import read_table
from tests.support.workbooks import edit_workbook

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
    pytest.importorskip("python_calamine")
    cells = workbook_process.lines_of(workbook_of([("Code", "Name"), *lines]))
    assert table_of("t", cells, ("Code", "Name")).rows == expected


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


def workbook_with(row: bytes) -> bytes:
    """A workbook whose sheet ends with this row, as it stands."""
    return edit_workbook(workbook_of([("Code", "Name"), ("A", "B")]), b"</sheetData>", row)


def far_cell(column: str, number: int) -> bytes:
    return workbook_with(
        b'<row r="%d"><c r="%s%d"><v>1</v></c></row></sheetData>'
        % (number, column.encode(), number)
    )


def entities() -> bytes:
    """A thousand millions of laughs."""
    names = [b"<!ENTITY l0 'ha'>"]
    names += [b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)]
    laughing = workbook_with(b'<row><c t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData>')
    return edit_workbook(laughing, b"<worksheet", b"<!DOCTYPE w [%s]><worksheet" % b"".join(names))


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", DelimitedText(), "it is empty"),
        (b"Code,Other\nA,B\n", DelimitedText(), "it has no column 'Name'"),
        (b"Code,Name\n", DelimitedText(), "it has headings and no rows"),
        (b"Code,Name\nA,B\n", DelimitedText(footer="End"), "it is cut off, since it does not end"),
        (b"Code,Name\n,\n ,\n", DelimitedText(), "it has headings and no rows"),
        (b"Code,Name\nA,\xff\n", DelimitedText(), "it is not the text that it should be"),
        (b"\0\0", DelimitedText("\t", "utf-16"), "it is not the text that it should be"),
        (b"<html>", JsonRecords(), "it is not JSON"),
        (b"[" * 100_000, JsonRecords(), "it is not JSON"),
        (b'{"result": null}', JsonRecords(("result", "data")), "it is empty"),
        (b'[{"Code": "A"}]', JsonRecords(), "it has no column 'Name'"),
        (b"<html>", Workbook(), "it is not a workbook"),
        (b"PK\x03\x04 cut", Workbook(), "it is not a workbook"),
        (lambda: far_cell("XFD", 1_048_576), Workbook(), "refused as a bomb"),
        (lambda: far_cell("XFD", 1_000), Workbook(), "refused as a bomb"),
        (b"[" + b"[]," * 600_000 + b"[]]", JsonRecords(), "more than 400,000 values"),
        (b"[" + b" " * 17_000_000 + b"]", JsonRecords(), "it has more than 16 MB"),
        (b"Code,Name\n" + b"A" * 1_000_001, DelimitedText(), "a line of more than 1,000,000"),
        (b"Code,Name" + b",x" * 498 + b"\nA\n" * 6_000, DelimitedText(), "more than 1,984 rows"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(content, kind, words):
    if isinstance(kind, Workbook):
        pytest.importorskip("python_calamine")
    with pytest.raises(ListError, match=words) as caught:
        read(content() if callable(content) else content, kind, "Code", "Name")
    assert str(caught.value).startswith("t: ")
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=300), st.sampled_from([DelimitedText(), JsonRecords()]))
def test_no_bytes_do_anything_else_than_give_harmless_text_or_be_refused(content, kind):
    try:
        table = read(content, kind)
    except ListError as error:
        assert "\n" not in str(error)
        return
    for row in table.rows:
        assert all(cell.isprintable() and len(cell) <= 20_000 for cell in row.values())


@pytest.mark.parametrize("damage", ["cut", "entities", "bytes", "flipped"])
def test_a_damaged_workbook_gives_harmless_text_or_is_refused(damage):
    pytest.importorskip("python_calamine")
    whole = workbook_of([("Code", "Name"), ("A", "\x1b[31mB")])
    spoilt = {
        "cut": whole[: len(whole) // 2],
        "entities": entities(),
        "bytes": bytes(range(256)),
        "flipped": bytes(byte ^ (number % 97 == 0) for number, byte in enumerate(whole)),
    }
    try:
        table = read(spoilt[damage], Workbook(), "Code")
    except ListError as error:
        assert "\n" not in str(error)
        return
    assert all(
        cell.isprintable() and len(cell) < 100 for row in table.rows for cell in row.values()
    )


def test_the_process_that_reads_a_workbook_sees_no_key(monkeypatch):
    pytest.importorskip("python_calamine")
    monkeypatch.setenv("SPOCK_KIS_APP_SECRET", "sesame")
    seen = []
    run = subprocess.run

    def noting(*arguments, **options):
        seen.append(options["env"])
        return run(*arguments, **options)

    monkeypatch.setattr(subprocess, "run", noting)
    assert read(workbook_of([("Code",), ("A",)]), Workbook(), "Code").rows == [{"Code": "A"}]
    assert seen
    assert "sesame" not in str(seen)


def test_a_library_for_workbooks_that_is_broken_is_told_so(tmp_path, monkeypatch):
    pytest.importorskip("python_calamine")
    (tmp_path / "python_calamine.py").write_text("raise ImportError('of another architecture')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ListError, match="t: python-calamine cannot be imported: reinstall it"):
        read(workbook_of([("Code",), ("A",)]), Workbook(), "Code")


def test_a_full_disk_is_not_the_fault_of_a_workbook():
    pytest.importorskip("python_calamine")
    with Path("/dev/full").open("wb") as full:
        code = subprocess.run(
            [sys.executable, "-P", workbook_process.__file__],
            input=workbook_of([("Code",), ("A",)]), stdout=full, check=False,
        ).returncode  # fmt: skip
    assert code == workbook_process.UNWRITTEN


def test_one_number_without_end_costs_its_own_cell_alone():
    content = b'[{"Code": "A", "n": %s}, {"Code": "B", "n": 2}]' % (b"9" * 5_000)
    rows = read(content, JsonRecords(), "Code").rows
    assert [(row["Code"], row["n"]) for row in rows] == [("A", "inf"), ("B", "2")]


def test_a_document_whose_objects_have_all_other_keys_costs_no_more_than_its_values():
    """A cell for each key in each row would be ten billion."""
    document = [{"Code": "A"}, *({f"k{number}": "x"} for number in range(100_000))]
    table = read(json.dumps(document).encode(), JsonRecords(), "Code")
    assert len(table.rows) == 500

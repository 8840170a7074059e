"""Bad input: one clear line each, the right exit code, and nothing lost."""

from __future__ import annotations

import io
import random
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest

from spock_core.sandbox.kis_files import pack
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.kis_files import read_lines, with_columns, write_bytes, write_lines


@pytest.fixture
def known(enrich: Spock, register) -> Any:
    """What the register has after a good run."""
    enrich("--regions", "VN")
    return contents(register)


def contents(register: Any) -> Any:
    return register("SELECT * FROM tickers") + register("SELECT * FROM stock_details")


def assert_refused(outcome: Outcome, *words: str) -> None:
    assert outcome.code == 1
    region = outcome.region("VN")
    assert region["status"] == "failed"
    for word in words:
        assert word in region["error"]
    assert "\n" not in region["error"]
    assert "Traceback" not in outcome.err


def archive_of(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_dot_", "."), content)
    return out.getvalue()


def archive_as(*names: str, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with members of these names, which may be the same."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", how) as archive:
        warnings.simplefilter("ignore")
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


BOMB = archive_of(HNXMST_dot_COD=b"\0" * 20_000_000)
BAD_ARCHIVES = {
    "web page": (b"<!DOCTYPE html><p>Maintenance", "web page"),
    "empty file": (b"", "empty"),
    "noise": (b"\x1f\x8b\x00noise", "not a zip archive"),
    "wrong member": (archive_of(OTHER_dot_COD=b"x"), "expected HNXMST.COD alone"),
    "two members": (archive_of(HNXMST_dot_COD=b"x", EVIL_dot_COD=b"y"), "alone"),
    "path in member": (pack("../HNXMST.COD", b"x"), "alone"),
    "no member": (archive_of(), "found nothing"),
    "an absolute name": (pack("/etc/HNXMST.COD", b"x"), "alone"),
    "a name of Windows": (pack("C:\\HNXMST.COD", b"x"), "alone"),
    "a name with an escape": (pack("\x1b[2JHNXMST.COD", b"x"), "alone"),
    "a folder of the name": (archive_as("HNXMST.COD/"), "alone"),
    "the same name twice": (archive_as("HNXMST.COD", "HNXMST.COD"), "alone"),
    "packed in another way": (archive_as("HNXMST.COD", how=zipfile.ZIP_BZIP2), "method 12"),
    "an archive in an archive": (pack("HNXMST.COD", archive_as("HNXMST.COD")), "no line"),
    "a list without lines": (pack("HNXMST.COD", b"\0" * 60), "columns"),
    "bomb": (BOMB, "bomb"),
    "empty list": (pack("HNXMST.COD", b""), "no line that could be read"),
    "not a list": (pack("HNXMST.COD", b"hello\r\n" * 50), "columns"),
}


@pytest.mark.parametrize("fault", BAD_ARCHIVES)
def test_a_bad_archive_is_refused_and_the_register_keeps_what_it_had(
    fault: str, enrich: Spock, known, register, master_files: Path
):
    content, words = BAD_ARCHIVES[fault]
    (master_files / "hnxmst.cod.zip").write_bytes(content)
    assert_refused(enrich("--regions", "VN"), words)
    assert contents(register) == known


def test_an_archive_cut_anywhere_is_refused(enrich, known, register, master_files):
    path = master_files / "hnxmst.cod.zip"
    whole = path.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert_refused(enrich("--regions", "VN"), "hnxmst.cod.zip")
    assert contents(register) == known


def test_an_encrypted_archive_is_refused(enrich, known, master_files):
    path = master_files / "hnxmst.cod.zip"
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert_refused(enrich("--regions", "VN"), "encrypted")


def test_a_wrong_checksum_is_refused(enrich, known, register, master_files):
    path = master_files / "hnxmst.cod.zip"
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 16] ^= 0xFF
    path.write_bytes(content)
    assert_refused(enrich("--regions", "VN"), "damaged or truncated")
    assert contents(register) == known


def test_a_list_shrunk_by_half_is_refused_unless_the_user_insists(
    enrich, known, register, master_files
):
    lines = read_lines(master_files, "HNX")
    write_lines(master_files, "HNX", lines[: len(lines) // 2])
    assert_refused(enrich("--regions", "VN"), "shrank", "--accept-shrunk")
    assert contents(register) == known
    assert_refused(enrich("--regions", "VN", "--force-refresh"), "shrank")
    accepted = enrich("--regions", "VN", "--accept-shrunk")
    assert accepted.code == 0
    assert accepted.region("VN")["listing"]["gone"] == len(lines) - len(lines) // 2


def test_the_other_lists_of_a_region_are_still_read(enrich, known, register, master_files):
    (master_files / "hnxmst.cod.zip").unlink()
    lines = read_lines(master_files, "HSX")
    write_lines(master_files, "HSX", [with_columns(lines[0], c7="RENAMED"), *lines[1:]])
    outcome = enrich("--regions", "VN")
    assert_refused(outcome, "No such file")
    assert outcome.region("VN")["listing"]["changed"] == 1
    assert register("SELECT count(*) FROM tickers WHERE NOT is_active") == [(0,)]


def test_nothing_is_gone_while_a_list_of_the_region_is_missing(
    enrich, known, register, master_files
):
    (master_files / "hnxmst.cod.zip").unlink()
    write_lines(master_files, "HSX", read_lines(master_files, "HSX")[1:])
    assert enrich("--regions", "VN").region("VN")["listing"]["gone"] == 0


def test_one_region_failing_stops_no_other(enrich, master_files):
    (master_files / "tsemst.cod.zip").unlink()
    outcome = enrich("--regions", "JP", "VN")
    assert outcome.code == 1
    assert outcome.region("JP")["status"] == "failed"
    assert outcome.region("JP")["success_rate"] == 0.0
    assert outcome.region("VN")["status"] == "success"


def test_damaged_lines_are_named_and_the_rest_counts(enrich, known, register, master_files):
    lines = read_lines(master_files, "HNX")
    spoiled = [*lines]
    spoiled[2] = "VN\t71\tHNX"
    write_lines(master_files, "HNX", spoiled)
    outcome = enrich("--regions", "VN")
    assert outcome.code == 0
    assert outcome.region("VN")["listing"]["damaged"] == 1
    assert "list HNX: line 3 is damaged: 3 columns" in outcome.err


def test_a_stock_whose_line_is_damaged_is_not_taken_for_gone(enrich, known, register, master_files):
    lines = read_lines(master_files, "HNX")
    ticker = lines[2].split("\t")[4]
    spoiled = [*lines]
    spoiled[2] = with_columns(lines[2], c8="?")
    write_lines(master_files, "HNX", spoiled)
    assert enrich("--regions", "VN").region("VN")["listing"]["gone"] == 0
    assert register("SELECT is_active FROM tickers WHERE ticker = ?", ticker) == [(1,)]


def test_a_gone_stock_beside_a_readable_damage_is_still_noticed(
    enrich, known, register, master_files
):
    lines = read_lines(master_files, "HNX")
    write_lines(master_files, "HNX", [with_columns(lines[1], c8="?"), *lines[2:]])
    assert enrich("--regions", "VN").region("VN")["listing"]["gone"] == 1


def test_nothing_is_gone_from_a_list_with_a_line_that_could_be_anybodys(
    enrich, known, register, master_files
):
    lines = read_lines(master_files, "HNX")
    write_lines(master_files, "HNX", ["garbage", *lines[1:]])
    assert enrich("--regions", "VN").region("VN")["listing"]["gone"] == 0


def test_a_list_of_another_exchange_is_refused(enrich, known, register, master_files):
    other = read_lines(master_files, "HSX")
    write_lines(master_files, "HNX", other)
    assert_refused(enrich("--regions", "VN"), "belongs to VN HSX")
    assert contents(register) == known


def test_a_ticker_listed_twice_counts_once(enrich, known, master_files):
    lines = read_lines(master_files, "HNX")
    write_lines(master_files, "HNX", [*lines, lines[0]])
    outcome = enrich("--regions", "VN")
    assert outcome.code == 0
    assert "is listed twice" in outcome.err


def test_lines_may_end_with_a_line_feed_alone(enrich, master_files):
    lines = read_lines(master_files, "HNX")
    write_lines(master_files, "HNX", lines, end="\n")
    assert enrich("--regions", "VN").region("VN")["listing"]["damaged"] == 0


def test_a_line_without_end_does_not_fill_the_memory(enrich, known, master_files):
    lines = read_lines(master_files, "HNX")
    content = ("".join(f"{one}\r\n" for one in lines)).encode("cp949")
    noise = "".join(chr(65 + i % 26) for i in range(9000)).encode()
    write_bytes(master_files, "HNX", noise + b"\r\n" + content)
    outcome = enrich("--regions", "VN")
    assert outcome.code == 0
    assert "line 1 is damaged: the line is too long" in outcome.err


def test_nothing_a_terminal_would_obey_reaches_the_register(enrich, register, master_files):
    lines = read_lines(master_files, "HNX")
    evil = "\x1b]0;owned\x07\x1b[31mEVIL"
    write_lines(master_files, "HNX", [with_columns(lines[0], c7=evil), *lines[1:]])
    enrich("--regions", "VN")
    ticker = lines[0].split("\t")[4]
    [(name,)] = register("SELECT name FROM tickers WHERE ticker = ?", ticker)
    assert name.isprintable()
    assert "EVIL" in name


def test_one_line_over_and_over_is_a_shrunk_list(enrich, known, register, master_files):
    lines = read_lines(master_files, "HSX")
    write_lines(master_files, "HSX", [lines[0]] * len(lines))
    assert_refused(enrich("--regions", "VN"), "shrank")
    assert contents(register) == known


def test_a_line_cut_inside_its_symbol_makes_nobody_gone(enrich, known, register, master_files):
    lines = read_lines(master_files, "HNX")
    cut = "\t".join(lines[0].split("\t")[:5])[:-1]
    write_lines(master_files, "HNX", [cut, *lines[1:]])
    assert enrich("--regions", "VN").region("VN")["listing"]["gone"] == 0
    assert register("SELECT count(*) FROM tickers WHERE NOT is_active") == [(0,)]


def test_a_hopeless_list_is_not_read_to_its_end(enrich, known, master_files):
    dice = random.Random(1)
    noise = "".join(f"{dice.random()}\r\n" for _ in range(120_000)).encode()
    write_bytes(master_files, "HNX", noise)
    assert_refused(enrich("--regions", "VN"), "more than 100,000 lines are damaged")


def test_many_lines_of_one_ticker_are_no_burden(enrich, known, master_files):
    lines = read_lines(master_files, "HNX")
    many = [with_columns(lines[0], c7=f"NAME {n}") for n in range(30_000)]
    write_lines(master_files, "HNX", [*lines, *many])
    outcome = enrich("--regions", "VN")
    assert outcome.code == 0
    assert outcome.region("VN")["listing"]["damaged"] == 30_000


def test_an_archive_of_many_members_is_refused_by_its_directory(enrich, known, master_files):
    members = {f"M{n}": b"" for n in range(20_000)}
    (master_files / "hnxmst.cod.zip").write_bytes(archive_of(**members))
    assert_refused(enrich("--regions", "VN"), "found many members")


def test_an_unlisted_code_does_not_take_the_place_of_a_known_one(
    enrich, known, register, master_files
):
    lines = read_lines(master_files, "HNX")
    stock = next(line for line in lines if line.split("\t")[19] not in ("000", ""))
    new = with_columns(stock, c19="999")
    write_lines(master_files, "HNX", [new if one == stock else one for one in lines])
    query = "SELECT words FROM observations WHERE ticker = ?"
    before = register(query, stock.split("\t")[4])
    enrich("--regions", "VN")
    assert register(query, stock.split("\t")[4]) == before

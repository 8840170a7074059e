"""Archives: whatever the bytes, either lines or one clear refusal."""

from __future__ import annotations

import io
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core.domain.errors import ListError
from spock_core.sandbox.kis_files import pack
from spock_core.sources.kis.archive import lines_of

NAME, MEMBER = "xyzmst.cod.zip", "XYZMST.COD"
TEXT = b"".join(b"line %d\r\n" % n for n in range(200))
WHOLE = pack(MEMBER, TEXT)


def lines(content: bytes) -> list[bytes | None]:
    with tempfile.TemporaryFile() as file:  # which refuses some places that memory does not
        file.write(content)
        return list(lines_of(file, NAME, MEMBER))


def test_a_whole_archive_gives_its_lines():
    assert lines(WHOLE) == [b"line %d" % n for n in range(200)]


@pytest.mark.parametrize("member", ["xyzmst.cod", "XyzMst.Cod"])
def test_the_member_may_have_its_name_in_lower_case(member: str):
    assert lines(pack(member, TEXT)) == lines(WHOLE)


@given(st.binary(max_size=600))
def test_any_bytes_are_refused_in_one_line(content: bytes):
    with pytest.raises(ListError) as caught:
        lines(content)
    assert "\n" not in str(caught.value)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_one_flipped_byte_never_gives_other_lines(place: int, change: int):
    spoiled = bytearray(WHOLE)
    spoiled[place] ^= change
    try:
        found = lines(bytes(spoiled))
    except ListError:
        return
    assert found == lines(WHOLE)


DIRECTORY = WHOLE.rindex(b"PK\x01\x02")


@given(
    st.dictionaries(
        st.integers(0, 60) | st.integers(DIRECTORY, len(WHOLE) - 1),
        st.sampled_from([0, 1, 127, 128, 255]) | st.integers(0, 255),
        max_size=4,
    )
)
def test_a_directory_that_lies_never_gives_other_lines(changes: dict[int, int]):
    spoiled = bytearray(WHOLE)
    for place, value in changes.items():
        spoiled[place] = value
    try:
        found = lines(bytes(spoiled))
    except ListError as error:
        assert "\n" not in str(error)
    else:
        assert found == lines(WHOLE)


def test_a_member_that_begins_before_the_archive_is_refused():
    spoiled = bytearray(WHOLE)
    spoiled[DIRECTORY + 42 : DIRECTORY + 46] = (2**32 - 9).to_bytes(4, "little")
    end = WHOLE.rindex(b"PK\x05\x06")
    spoiled[end + 16 : end + 20] = (DIRECTORY + 2**31).to_bytes(4, "little")
    with pytest.raises(ListError, match="damaged"):
        lines(bytes(spoiled))


@given(st.integers(0, len(WHOLE) - 1))
def test_a_cut_archive_is_refused(length: int):
    with pytest.raises(ListError):
        lines(WHOLE[:length])


def test_a_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(ListError, match="decompression bomb"):
        next(lines_of(io.BytesIO(pack(MEMBER, bytes(50_000_000))), NAME, MEMBER))


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_either():
    bomb = bytearray(pack(MEMBER, bytes(50_000_000)))
    directory = bomb.rindex(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = (1000).to_bytes(4, "little")
    bomb[22:26] = (1000).to_bytes(4, "little")
    with pytest.raises(ListError):
        lines(bytes(bomb))

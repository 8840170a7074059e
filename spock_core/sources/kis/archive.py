"""Opens the archive of a master file. It is hostile until proven otherwise.

Nothing is ever written to disk under a name from the archive, and what it unpacks to is bounded.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, cast

from spock_core.domain.errors import ListError
from spock_core.sources.lines import bounded_lines

MAX_UNPACKED_BYTES = 512 * 1024 * 1024
"""The largest real file has 0.7 MB; a list of a million stocks has 130 MB."""
MAX_RATIO = 100
"""Real files shrink to a quarter; a bomb to a thousandth."""
_TAIL_BYTES = 66_000
"""The end of an archive with its longest comment."""
_MOST_MEMBERS = 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def lines_of(file: IO[bytes], archive_name: str, member_name: str) -> Iterator[bytes | None]:
    """The lines of the one member, without their ends; None for a line that is far too long.

    Raises `ListError` when the archive is not one, holds anything but that member, is cut, is
    encrypted, fails its checksum, or unpacks to more than it may.
    """
    _check_directory(file, archive_name, member_name)
    try:
        with zipfile.ZipFile(file) as archive:
            member = _only_member(archive, archive_name, member_name)
            with archive.open(member) as unpacked:
                buffered = io.BufferedReader(cast(io.RawIOBase, unpacked), 64 * 1024)
                yield from bounded_lines(buffered, archive_name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise ListError(f"{archive_name}: {_fault(file, error)}") from error


def _check_directory(file: IO[bytes], archive_name: str, member_name: str) -> None:
    """Refuses a directory of many members before `zipfile` reads all of it into memory."""
    file.seek(0, io.SEEK_END)
    file.seek(max(file.tell() - _TAIL_BYTES, 0))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        return  # not an archive: zipfile says so
    members, size = struct.unpack_from("<HI", tail, end + 10)
    if members > _MOST_MEMBERS or size > _TAIL_BYTES or b"PK\x06\x07" in tail:
        raise ListError(f"{archive_name}: expected {member_name} alone, found many members")


def _only_member(archive: zipfile.ZipFile, archive_name: str, member_name: str) -> zipfile.ZipInfo:
    members = archive.infolist()
    if [member.filename for member in members] != [member_name]:
        held = ", ".join(repr(member.filename[:40]) for member in members[:3]) or "nothing"
        raise ListError(f"{archive_name}: expected {member_name} alone, found {held}")
    member = members[0]
    if member.flag_bits & 0x1:
        raise ListError(f"{archive_name}: {member_name} is encrypted")
    if member.compress_type not in _METHODS:
        raise ListError(f"{archive_name}: {member_name} is packed by an unusual method")
    if member.file_size > MAX_UNPACKED_BYTES or (
        member.file_size > MAX_RATIO * max(member.compress_size, 1)
    ):
        raise ListError(
            f"{archive_name}: {member_name} would unpack to {member.file_size:,} bytes: "
            "refused as a decompression bomb"
        )
    return member


def _fault(file: IO[bytes], error: Exception) -> str:
    file.seek(0)
    head = file.read(512).lstrip().lower()
    if not head:
        return "the file is empty"
    if head.startswith((b"<", b"{")):
        return "not a zip archive but a page of text"
    if head.startswith(b"pk"):
        return f"the archive is damaged or cut ({error})"
    return "not a zip archive"

"""Reads the zip archive of a master file, which is treated as untrusted input.

Nothing is written to disk under a name from the archive, and the unpacked size is bounded.
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
"""The largest file of 2025 has 0.7 MB; a list of a million stocks would have 130 MB."""
MAX_RATIO = 100
"""Highest ratio of unpacked to packed size. KIS's files have about 4, decompression bombs 1,000."""
_TAIL_BYTES = 66_000
"""Bytes from the end of a zip file within which its end record must be: 22 bytes, and a comment of
at most 65,535."""
_MAX_MEMBERS = 16
_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError
)  # fmt: skip
"""What `zipfile` raises for damaged archives: `OSError` where a member begins before the file."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def lines_of(file: IO[bytes], archive_name: str, member_name: str) -> Iterator[bytes | None]:
    """Yields the lines of the archive's one member as `bounded_lines` does.

    Raises `ListError` if the file is not a zip archive, is truncated, is encrypted, has a wrong
    checksum, contains anything but that member, or is too large when unpacked.
    """
    try:
        _check_directory(file, archive_name, member_name)
        with zipfile.ZipFile(file) as archive:
            member = _only_member(archive, archive_name, member_name)
            with archive.open(member) as unpacked:
                buffered = io.BufferedReader(cast(io.RawIOBase, unpacked), 64 * 1024)
                yield from bounded_lines(buffered, archive_name)
    except _FAULTS as error:
        raise ListError(f"{archive_name}: {_describe_fault(file, error)}") from error


def _check_directory(file: IO[bytes], archive_name: str, member_name: str) -> None:
    """Raises `ListError` for a central directory that is too long to be read into memory.

    `zipfile` reads all of it. The record at the end of the file gives its number of members (two
    bytes at offset 10) and its size (four bytes at offset 12); see PKWARE's APPNOTE, 4.3.16.
    """
    file.seek(0, io.SEEK_END)
    file.seek(max(file.tell() - _TAIL_BYTES, 0))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        return  # not a zip archive: `zipfile` raises for it
    members, size = struct.unpack_from("<HI", tail, end + 10)
    zip64_locator = b"PK\x06\x07"
    if members > _MAX_MEMBERS or size > _TAIL_BYTES or zip64_locator in tail:
        raise ListError(f"{archive_name}: expected {member_name} alone, found many members")


def _only_member(archive: zipfile.ZipFile, archive_name: str, member_name: str) -> zipfile.ZipInfo:
    """Returns the archive's only member, which has this name in upper or lower case."""
    members = archive.infolist()
    if [member.filename.casefold() for member in members] != [member_name.casefold()]:
        found = ", ".join(repr(member.filename[:40]) for member in members[:3]) or "nothing"
        raise ListError(f"{archive_name}: expected {member_name} alone, found {found}")
    member = members[0]
    is_encrypted = member.flag_bits & 0x1
    if is_encrypted:
        raise ListError(f"{archive_name}: {member_name} is encrypted")
    if member.compress_type not in _METHODS:
        raise ListError(
            f"{archive_name}: {member_name} uses compression method {member.compress_type}, "
            "which is not supported"
        )
    if member.file_size > MAX_UNPACKED_BYTES or (
        member.file_size > MAX_RATIO * max(member.compress_size, 1)
    ):
        raise ListError(
            f"{archive_name}: {member_name} would unpack to {member.file_size:,} bytes: "
            "refused as a decompression bomb"
        )
    return member


def _describe_fault(file: IO[bytes], error: Exception) -> str:
    file.seek(0)
    head = file.read(512).lstrip().lower()
    if not head:
        return "the file is empty"
    if head.startswith((b"<", b"{")):
        return "not a zip archive but a web page or JSON"
    if head.startswith(b"pk"):
        return f"the archive is damaged or truncated ({error})"
    return "not a zip archive"

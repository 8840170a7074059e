"""Opens the archive of a master file. It is hostile until proven otherwise.

Nothing is ever written to disk under a name from the archive, and what it unpacks to is bounded.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, cast

from spock_core.errors import ListError

MAX_UNPACKED_BYTES = 512 * 1024 * 1024
"""The largest real file has 0.7 MB; a list of a million stocks has 130 MB."""
MAX_RATIO = 100
"""Real files shrink to a quarter; a bomb to a thousandth."""
MAX_LINE_BYTES = 4096
"""The longest real line has about 250 bytes."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def lines_of(file: IO[bytes], archive_name: str, member_name: str) -> Iterator[bytes | None]:
    """The lines of the one member, without their ends; None for a line that is far too long.

    Raises `ListError` when the archive is not one, holds anything but that member, is cut, is
    encrypted, fails its checksum, or unpacks to more than it may.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            member = _only_member(archive, archive_name, member_name)
            with archive.open(member) as unpacked:
                buffered = io.BufferedReader(cast(io.RawIOBase, unpacked), 64 * 1024)
                yield from _split(buffered, archive_name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise ListError(f"{archive_name}: {_fault(file, error)}") from error


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


def _split(stream: IO[bytes], archive_name: str) -> Iterator[bytes | None]:
    total = 0
    while line := stream.readline(MAX_LINE_BYTES):
        total += len(line)
        if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            while len(rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                total += len(rest)
            yield None
        else:
            yield line.rstrip(b"\r\n")
        if total > MAX_UNPACKED_BYTES:
            raise ListError(f"{archive_name}: unpacks to more than {MAX_UNPACKED_BYTES:,} bytes")


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

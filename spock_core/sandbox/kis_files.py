"""Writes a universe as KIS master files: cp949, tab-separated, 24 columns, one zip a list."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from spock_core.domain import AssetType
from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sources.kis.line import ENCODING
from spock_core.sources.kis.master_files import archive_name

_STAMP = (2025, 6, 12, 0, 0, 0)
_TYPES = {AssetType.INDEX: "1", AssetType.STOCK: "2", AssetType.WARRANT: "4"}


def archives(universe: Universe) -> Iterator[tuple[str, bytes]]:
    """The name and content of every archive: of lists that KIS has a code for."""
    for code, content in contents(universe):
        yield archive_name(code), pack(f"{code}MST.COD", content)


def contents(universe: Universe) -> Iterator[tuple[str, bytes]]:
    """KIS's code and the text of every list that has one. Raises where a word is not in cp949."""
    for instruments in universe.lists.values():
        code = instruments[0].exchange.kis_code if instruments else None
        if code is not None:
            yield code, "".join(line_of(one) for one in instruments).encode(ENCODING)


def write_archives(universe: Universe, folder: Path) -> list[Path]:
    """Writes every archive into a folder, which is made where it is missing."""
    return write_files(archives(universe), folder)


def write_files(files: Iterable[tuple[str, bytes]], folder: Path) -> list[Path]:
    """Writes files, names with contents, into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in files:
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def pack(member: str, content: bytes) -> bytes:
    """A zip archive of one member, the same for the same content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(member, _STAMP), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def line_of(one: Instrument) -> str:
    """One line of a master file."""
    is_index = one.asset_type is AssetType.INDEX
    columns = (
        one.region,
        one.recipe.country_id,
        one.exchange.kis_code,
        one.recipe.local_name,
        one.symbol,
        f"{one.exchange.kis_code}{one.symbol}",
        one.name_local,
        one.name,
        _TYPES.get(one.asset_type, "3"),
        one.currency,
        str(one.recipe.decimals),
        "",
        "10.0000",
        "0" if is_index else str(one.lot_size),
        "0" if is_index else str(one.lot_size),
        *one.recipe.hours,
        "N",
        "",
        "" if is_index else one.shown_code,
        "1" if is_index else "0",
        "0",
        one.etp_kind,
        "   ",
    )
    return "\t".join(str(column) for column in columns) + "\r\n"

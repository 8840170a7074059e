"""Formats a universe as KIS master files: cp949, tab-separated, 24 columns, one zip for each list.

The columns are those that `sources.kis.line` reads.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from spock_core.domain import AssetType
from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sources.kis.line import ENCODING
from spock_core.sources.kis.master_files import archive_name

_MODIFIED = (2025, 6, 12, 0, 0, 0)
"""Fixed, so that the same content gives the same archive."""
_TYPES = {AssetType.INDEX: "1", AssetType.STOCK: "2", AssetType.WARRANT: "4"}


def archives(universe: Universe) -> Iterator[tuple[str, bytes]]:
    """Yields file name and content of the archive of every list that has a KIS code."""
    for code, content in contents(universe):
        yield archive_name(code), pack(f"{code}MST.COD", content)


def contents(universe: Universe) -> Iterator[tuple[str, bytes]]:
    """Yields the KIS code and the text of every list that has a KIS code.

    Raises `UnicodeEncodeError` for text that cp949 cannot encode.
    """
    for instruments in universe.lists.values():
        code = instruments[0].exchange.kis_code if instruments else None
        if code is not None:
            yield code, "".join(map(line_of, instruments)).encode(ENCODING)


def write_archives(universe: Universe, folder: Path) -> list[Path]:
    """Writes all archives into a folder, and creates it if necessary. Returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in archives(universe):
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def pack(member: str, content: bytes) -> bytes:
    """Returns a zip archive with one member. The same content gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(member, _MODIFIED), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def line_of(instrument: Instrument) -> str:
    """Returns the line of an instrument in a master file, with its line end."""
    is_index = instrument.asset_type is AssetType.INDEX
    recipe, kis_code = instrument.recipe, instrument.exchange.kis_code
    columns = (
        instrument.region,
        recipe.country_id,
        kis_code,
        recipe.local_name,
        instrument.symbol,
        f"{kis_code}{instrument.symbol}",
        instrument.name_local,
        instrument.name,
        _TYPES.get(instrument.asset_type, "3"),
        instrument.currency,
        str(recipe.decimals),
        "",  # data type
        "10.0000",  # base price
        "0" if is_index else str(instrument.lot_size),  # of bids
        "0" if is_index else str(instrument.lot_size),  # of asks
        *recipe.hours,
        "N",  # depositary receipt
        "",  # country of the depositary receipt
        "" if is_index else instrument.shown_code,
        "1" if is_index else "0",  # whether an index has constituents
        "0",  # kind of tick size
        instrument.etp_kind,
        "   ",  # kind of tick size, in detail
    )
    return "\t".join(str(column) for column in columns) + "\r\n"

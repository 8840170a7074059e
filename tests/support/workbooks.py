"""Spoils workbooks."""

from __future__ import annotations

import io
import zipfile


def edit_workbook(workbook: bytes, old: bytes, new: bytes) -> bytes:
    """Returns a workbook in whose sheet some bytes are replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old, new) if name == "sheet.xml" else content)
    return out.getvalue()

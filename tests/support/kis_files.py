"""Helps tests to change master files by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

from spock_core.sandbox.kis_files import pack


def read_lines(folder: Path, code: str) -> list[str]:
    """The lines of a list."""
    with zipfile.ZipFile(folder / f"{code.lower()}mst.cod.zip") as archive:
        text = archive.read(f"{code}MST.COD").decode("cp949")
    return text.removesuffix("\r\n").split("\r\n")


def write_lines(folder: Path, code: str, lines: list[str], end: str = "\r\n") -> None:
    """Replaces a list."""
    write_bytes(folder, code, "".join(line + end for line in lines).encode("cp949"))


def write_bytes(folder: Path, code: str, content: bytes, member: str | None = None) -> None:
    """Replaces a list's content byte for byte."""
    path = folder / f"{code.lower()}mst.cod.zip"
    path.write_bytes(pack(member or f"{code}MST.COD", content))


def with_columns(line: str, **columns: str) -> str:
    """A line with other columns: `with_columns(line, c7="NAME")`."""
    parts = line.split("\t")
    for name, value in columns.items():
        parts[int(name[1:])] = value
    return "\t".join(parts)


def add_stocks(folder: Path, code: str, codes: dict[str, str], **columns: str) -> None:
    """Adds stocks to a list: their tickers with KIS's sector codes, and other columns of all."""
    lines = read_lines(folder, code)
    stock = next(line for line in lines if line.split("\t")[8] == "2")
    made = [
        with_columns(stock, **{"c4": ticker, "c7": f"{ticker} JSC", "c19": sector, **columns})
        for ticker, sector in codes.items()
    ]
    write_lines(folder, code, [*lines, *made])

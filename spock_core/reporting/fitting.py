"""Fits a table to a width: text is cut, then columns are dropped; no line of it is ever wrapped.
Lines that are no table are continued below."""

from __future__ import annotations

from collections.abc import Collection, Sequence

GAP = "   "
"""Between two columns."""
_SHORTEST = 16
"""Columns of the terminal that a text keeps when it is cut, if it has so many."""
_MARK = "…"


def width_of(text: str) -> int:
    """Returns how many columns of a terminal a text takes; a Korean character takes two."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # a tenth of the time of a short command

    return max(wcswidth(text), 0)


def cut(text: str, width: int) -> str:
    """Returns a text that takes at most these columns; one that is cut ends in `…`."""
    if width_of(text) <= width:
        return text
    from wcwidth import wcwidth

    taken, kept = 0, ""
    for char in text:
        taken += max(wcwidth(char), 0)
        if taken > width - 1:
            break
        kept += char
    return kept.rstrip() + _MARK if width > 0 else ""


def continued(line: str, width: int, indent: int) -> list[str]:
    """Returns a line as lines that take at most these columns, parted at spaces where it can be;
    all but the first are indented."""
    lines: list[str] = []
    for word in line.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer) > width and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            longer = " " * indent + word
            lines.append(longer)
        else:
            lines[-1:] = [longer]
    return lines


def fit(
    widths: Sequence[int], room: int, *, can_cut: Collection[int], lesser: Sequence[int]
) -> dict[int, int]:
    """Returns the columns that are shown, by their numbers, with their widths.

    `widths` are those of the whole columns. The columns `lesser` are dropped, the first of them
    first, while the table is too wide even if the columns `can_cut` are as short as can be.
    """
    kept = list(range(len(widths)))
    for number in lesser:
        if _least(widths, kept, can_cut) <= room:
            break
        kept.remove(number)
    found = {number: widths[number] for number in kept}
    short = sorted((n for n in kept if n in can_cut), key=lambda n: widths[n])
    left = room - _gaps(kept) - sum(widths[n] for n in kept if n not in can_cut)
    for count, number in enumerate(short):
        found[number] = max(1, min(widths[number], left // (len(short) - count)))
        left -= found[number]
    return found if len(kept) > 1 else {number: min(room, found[number]) for number in kept}


def _least(widths: Sequence[int], kept: Sequence[int], can_cut: Collection[int]) -> int:
    return _gaps(kept) + sum(min(widths[n], _SHORTEST) if n in can_cut else widths[n] for n in kept)


def _gaps(kept: Sequence[int]) -> int:
    return len(GAP) * (len(kept) - 1)

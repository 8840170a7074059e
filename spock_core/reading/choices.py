"""What people write to choose stocks: regions, sectors, security types, and since when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from spock_core.classification import gics
from spock_core.domain import SecurityType
from spock_core.domain.errors import UsageError
from spock_core.domain.text import did_you_mean, sanitize

_AGO = re.compile(r"(\d{1,5})\s*([hdw])", re.IGNORECASE)
_TABLES: tuple[Mapping[str, str], ...] = (gics.SECTORS, gics.INDUSTRY_GROUPS, gics.INDUSTRIES)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def texts(value: str | Iterable[str] | None) -> list[str]:
    """Returns one text, several, or none as a list; each may be several, with commas between them.

    Raises `UsageError` for anything that is no text.
    """
    return [part for text in _whole(value) for part in _parts(text)]


def text(value: str) -> str:
    """Returns the text. Raises `UsageError` for anything that is none."""
    if not isinstance(value, str):
        raise UsageError(f"{value!r} is no text")
    return value


def is_active(value: bool | None) -> bool | None:
    """Returns whether stocks are to be in their list; None for both. Raises `UsageError` for
    anything else."""
    if value is not None and not isinstance(value, bool):
        raise UsageError(f"active {value!r}: give True, False or None")
    return value


def _whole(value: str | Iterable[str] | None) -> list[str]:
    if value is None:
        return []
    given = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    for one in given:
        if not isinstance(one, str):
            raise UsageError(f"{one!r} is no text: give one text, or several")
    return given


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()] or [text]


def regions(value: str | Iterable[str] | None, known: Iterable[str]) -> list[str]:
    """Returns codes of regions in capitals; nothing for `ALL`.

    Raises `UsageError` for a region that is not among the known ones.
    """
    chosen = [text.upper() for text in texts(value)]
    if "ALL" in chosen:
        return []
    there = list(known)
    for region in chosen:
        if region not in there:
            hint = did_you_mean(region, there)
            choices = f": choose from {', '.join(there) or 'none'}"
            raise UsageError(f"the register has no region {region!r}{hint or choices}")
    return chosen


def gics_codes(value: str | Iterable[str] | None) -> list[str]:
    """Returns the codes of sectors, groups and industries that are given as codes or names.

    A name that a sector and something below it have means the sector. Raises `UsageError` for what
    GICS does not have.
    """
    codes = []
    for text in _whole(value):
        whole = _find_code(text.strip())  # some names have commas
        codes += [whole] if whole else [_gics_code(part) for part in _parts(text)]
    return codes


def _find_code(text: str) -> str | None:
    return next((code for table in _TABLES if (code := gics.find_code(text, table))), None)


def _gics_code(text: str) -> str:
    if code := _find_code(text):
        return code
    hint = did_you_mean(text, dict.fromkeys(name for table in _TABLES for name in table.values()))
    sectors = ", ".join(f"{code} {name}" for code, name in gics.SECTORS.items())
    advice = f": give a code, or the whole name. Sectors: {sectors}"
    raise UsageError(f"GICS has no sector, group or industry {text!r}{hint or advice}")


def security_types(value: str | Iterable[str] | None) -> list[str]:
    """Returns security types. Raises `UsageError` for one that does not exist."""
    chosen = [text.lower() for text in texts(value)]
    for text in chosen:
        if text not in list(SecurityType):
            hint = did_you_mean(text, SecurityType)
            choices = f": choose from {', '.join(SecurityType)}"
            raise UsageError(f"there is no security type {text!r}{hint or choices}")
    return chosen


def moment(value: str | date | timedelta, now: datetime) -> datetime:
    """Returns the moment, in UTC, that is meant by a date, a time, or a time ago.

    Text is a date or time of ISO 8601, in UTC if it has no offset, or a time ago: `36h`, `7d`,
    `2w`. Raises `UsageError` for anything else.
    """
    if isinstance(value, timedelta):
        return now - value
    if isinstance(value, str):
        try:
            if ago := _AGO.fullmatch(value.strip()):
                return now - int(ago[1]) * _UNITS[ago[2].lower()]
            value = datetime.fromisoformat(value.strip())
        except (ValueError, OverflowError) as error:
            shown = sanitize(str(value), 40)
            raise UsageError(
                f"{shown!r} is no time: give a date (2026-11-25), or a time ago (36h, 7d, 2w)"
            ) from error
    if not isinstance(value, date):
        raise UsageError(f"{value!r} is no time: give a date, a time, or a time ago")
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{value} is no time of the calendar in UTC") from None


def since_moment(value: str | date | timedelta, now: datetime) -> datetime:
    """Returns the moment, as `moment`, since when something is asked. Raises `UsageError` also for
    one that is yet to come."""
    began = moment(value, now)
    if began > now:
        raise UsageError(f"{value} is yet to come")
    return began


def past_moment(value: str | date, now: datetime, since: datetime | None) -> datetime:
    """Returns the moment, in UTC, as of which something is asked; a date means the end of its day.

    `since`: when the history begins; None if it has not begun. Raises `UsageError` for what is no
    date or time, for one that is yet to come, and for one of which the history cannot tell.
    """
    if isinstance(value, str):
        value = _date_or_time(value.strip())
    if not isinstance(value, date):
        raise UsageError(f"{value!r} is no date: give a date, or a time")
    if isinstance(value, datetime):
        asked = moment(value, now)
        to_come = asked > now
    else:
        asked = datetime.combine(value, time.max, UTC)
        to_come = value > now.date()
    if to_come:
        raise UsageError(f"{value} is yet to come")
    if since is None or asked < since:
        began = f"begins on {since:%F} at {since:%T} (UTC)" if since else "has not begun"
        raise UsageError(f"what was true on {asked:%F} is not known: the history {began}")
    return asked


def _date_or_time(text: str) -> date:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    raise UsageError(
        f"{text!r} is no date: give one like 2026-11-25, or a time like 2026-11-25T09:00"
    )

"""Text from outside, made harmless."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit


def escape_formula(cell: str) -> str:
    """Text that no spreadsheet takes for a formula: such a one gets a quote before it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def sanitize(text: str, longest: int = 1_000) -> str:
    """Text without anything that a terminal would obey, on one line, and not longer than this."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return text.strip()[:longest]


def redact_url(url: str) -> str:
    """An address without the user and password, and without options, among which one may stand.

    Holds for web addresses and database URLs alike; a path is left as it is.
    """
    if "://" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("://")[0] + "://***"
    host = parts.netloc.rpartition("@")[2]
    netloc = f"***@{host}" if "@" in parts.netloc else host
    shown = urlunsplit(parts._replace(netloc=netloc, query="", fragment=""))
    scheme, _, rest = url.partition("://")
    return shown if rest[:1] != "/" else f"{scheme}://{rest.partition('?')[0]}"


def format_utc(moment: datetime, precision: str = "milliseconds") -> str:
    """UTC, ISO 8601, with a `Z`."""
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")

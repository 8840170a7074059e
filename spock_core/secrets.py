"""Keeps passwords out of everything that Spock shows, logs or stores."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def hide_password(url: str) -> str:
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

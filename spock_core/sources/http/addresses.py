"""The web addresses that a provider states as its own; no request and no redirect leaves them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

_PORTS = {"https": 443, "http": 80}


class _Origin(NamedTuple):
    """Scheme, host and port (RFC 6454)."""

    scheme: str
    host: str
    port: int


class Addresses:
    """A set of origins: `https://*.yahoo.com`, `http://127.0.0.1:8080`.

    A path is ignored. `*.` stands for one or more labels before a domain. Whether an address is
    private does not matter: one that is stated is allowed, and no other is.
    """

    def __init__(self, stated: Iterable[str]) -> None:
        """Addresses without an http or https scheme, such as paths of files, are ignored."""
        origins = (_origin(address.replace("*.", "_any_.")) for address in stated)
        self._origins = frozenset(origin for origin in origins if origin is not None)

    def allow(self, url: str) -> bool:
        """Whether a request may be sent to a URL.

        The secure form of a stated http address is allowed too, since servers redirect to it; the
        reverse is not.
        """
        origin = _origin(url)
        if origin is None:
            return False
        if origin == _Origin("https", origin.host, 443):
            plain = _Origin("http", origin.host, 80)
            return self._has(origin) or self._has(plain)
        return self._has(origin)

    def _has(self, origin: _Origin) -> bool:
        labels = origin.host.split(".")
        parents = (".".join(["_any_", *labels[start:]]) for start in range(1, len(labels)))
        return any(origin._replace(host=host) in self._origins for host in (origin.host, *parents))


def origin_of(url: str) -> str | None:
    """Returns the origin of a web address for messages: `https://example.com`. None if it is none,
    and without user, password, path and query in any case."""
    origin = _origin(url)
    if origin is None:
        return None
    port = "" if origin.port == _PORTS[origin.scheme] else f":{origin.port}"
    return f"{origin.scheme}://{origin.host}{port}"


def _origin(url: str) -> _Origin | None:
    """Reads a URL as urllib3 does, which connects to what it reads."""
    try:
        parts = parse_url(url)
    except LocationParseError:
        return None
    if parts.scheme not in _PORTS or not parts.host:
        return None
    return _Origin(parts.scheme, parts.host.lower(), parts.port or _PORTS[parts.scheme])

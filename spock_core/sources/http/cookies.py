"""The cookies of a session, bounded in number and size.

Each answer may set some, and each request carries all of them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookiejar import Cookie
from typing import Any

from requests.cookies import RequestsCookieJar
from urllib3 import HTTPHeaderDict

MOST_COOKIES = 50
"""Of a session. Yahoo sets about ten."""
MOST_COOKIE_BYTES = 8_000
"""Of all cookies of a session, and of those that one answer sets. libcurl sends no more than 8,190
in a request (`MAX_COOKIE_HEADER_LEN`), and most servers refuse longer headers."""
_SETS = "Set-Cookie"
_SENDABLE = re.compile(r"[ -~]+")
"""What no server objects to: RFC 6265, section 4.1.1."""

_NO_AGE = re.compile(r";\s*max-age\s*(?:;|$)", re.IGNORECASE)
"""An attribute without a value, at which `http.cookiejar` warns of a bug of its own, with a
traceback on stderr."""


class BoundedCookieJar(RequestsCookieJar):
    """Keeps the first cookies that fit. One that is set again takes the place of itself.

    Thread-safe: requests, which iterates over the jar for each request, takes no lock for it.
    """

    _cookies_lock: Any  # of `http.cookiejar.CookieJar`, reentrant

    def __iter__(self) -> Iterator[Cookie]:  # type: ignore[override]
        """Iterates over the cookies of this moment, whatever other threads set meanwhile."""
        with self._cookies_lock:
            return iter(list(super().__iter__()))

    def set_cookie(self, cookie: Cookie, *args: Any, **options: Any) -> None:
        """Keeps a cookie, unless there are too many, or it would spoil each further request."""
        if not _SENDABLE.fullmatch(f"{cookie.name}={cookie.value or ''}"):
            return
        with self._cookies_lock:
            self.clear_expired_cookies()  # requests sends them no more, but keeps them
            others = [one for one in self if _key(one) != _key(cookie)]
            size = sum(map(_size, [*others, cookie]))
            if len(others) < MOST_COOKIES and size <= MOST_COOKIE_BYTES:
                super().set_cookie(cookie, *args, **options)


def sound_cookies(headers: HTTPHeaderDict) -> HTTPHeaderDict:
    """Returns the headers of an answer, with those of its cookies that can be read, and would fit
    into a session."""
    cookies, left = headers.getlist(_SETS), MOST_COOKIE_BYTES
    kept: list[str] = []
    for cookie in cookies:
        if len(kept) < MOST_COOKIES and len(cookie) <= left and not _NO_AGE.search(cookie):
            kept.append(cookie)
            left -= len(cookie)
    if len(kept) == len(cookies):
        return headers
    found = headers.copy()
    found.discard(_SETS)
    for cookie in kept:
        found.add(_SETS, cookie)
    return found


def _key(cookie: Cookie) -> tuple[str, str, str]:
    return cookie.domain, cookie.path, cookie.name


def _size(cookie: Cookie) -> int:
    return len(cookie.name) + len(cookie.value or "") + len(cookie.domain) + len(cookie.path)

"""Yahoo Finance through yfinance: one page of a screen, or one stock's profile.

Questions go through yfinance's public `EquityQuery` and `screen`, and through its data client
`YfData`, which has a public name but no documentation. None of yfinance's code is changed, and the
user's own yfinance (client, cookie cache, configuration) is left as it was found. That takes two
private names, because the client and the cookie cache exist once in a process and yfinance has no
public way to put them aside and back:

* `SingletonMeta._instances`, the dict that holds the one `YfData`, by class;
* `_CookieCacheManager._Cookie_cache`, the cookie cache in use, or None before the first use; it has
  the methods `lookup(strategy)` and `store(strategy, cookie)`.

`tests/unit/sources/test_yfinance_names.py` checks these names and shapes in the installed yfinance.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote

import yfinance
from yfinance import cache
from yfinance.const import SECTOR_INDUSTY_MAPPING
from yfinance.data import SingletonMeta, YfData
from yfinance.exceptions import YFException

from spock_core.domain.errors import ProviderError, TransientError
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.yahoo.sessions import yahoo_session

PAGE_SIZE = 250
"""Stocks in a page of a screen; Yahoo refuses more."""
_SUMMARY = "https://query2.finance.yahoo.com/v10/finance/quoteSummary/"
_EM_DASH = "\N{EM DASH}"


class Quote(NamedTuple):
    """One stock of a screen."""

    symbol: str
    name: str
    """Yahoo's long name, else its short name; empty if it has none."""


class ScreenResult(NamedTuple):
    """Stocks of a screen: one page of it, or all pages."""

    quotes: tuple[Quote, ...]
    total: int
    """Stocks in the whole screen by Yahoo's count."""
    drifted: bool = False
    """Whether the screen kept changing while its pages were read: some stocks may be missing."""

    @property
    def complete(self) -> bool:
        """Whether all stocks that Yahoo counts are here."""
        return not self.drifted and len(self.quotes) == self.total


class Profile(NamedTuple):
    """Yahoo's classification of one stock; empty if Yahoo knows the symbol, but not its sector."""

    sector: str
    industry: str


class Yahoo:
    """A client for the length of a run: use it in a `with` statement, from any thread."""

    def __init__(self, gate: RequestGate, base: str | None = None) -> None:
        self.gate = gate
        self._base = base
        self._users: tuple[Any, Any] | None = None

    def __enter__(self) -> Self:
        clients: dict[type, Any] = SingletonMeta._instances
        self._users = clients.pop(YfData, None), cache._CookieCacheManager._Cookie_cache
        cache._CookieCacheManager._Cookie_cache = _MemoryCookieCache()
        self._session = yahoo_session(self.gate, self._base)
        self._data = YfData(session=self._session)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._users is not None  # noqa: S101  entered
        client, cookies = self._users
        SingletonMeta._instances.pop(YfData, None)
        if client is not None:
            SingletonMeta._instances[YfData] = client
        cache._CookieCacheManager._Cookie_cache = cookies
        self._session.close()

    def screen(self, industry: str | None, exchanges: tuple[str, ...], offset: int) -> ScreenResult:
        """Returns one page of the stocks on these exchanges, sorted by symbol, from `offset` on.

        `industry` restricts them to one industry, spelt as in quoteSummary (`Banks - Regional`);
        `exchanges` are Yahoo's codes. Raises `TransientError` for an outage and `ProviderError` for
        a refusal.
        """
        try:
            query = yfinance.EquityQuery("is-in", ["exchange", *exchanges])
            if industry is not None:
                spelling = industry.replace(" - ", _EM_DASH)
                in_industry = yfinance.EquityQuery("eq", ["industry", spelling])
                query = yfinance.EquityQuery("and", [in_industry, query])
        except (ValueError, TypeError) as error:
            raise ProviderError(f"yfinance rejects this query: {error}") from error
        options = {"size": PAGE_SIZE, "offset": offset, "sortField": "ticker", "sortAsc": True}
        page = self._call(lambda: yfinance.screen(query, **options))
        try:
            return ScreenResult(tuple(map(_quote, page["quotes"])), int(page["total"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TransientError(f"a screen in an unknown format ({error!r})") from error

    def profile(self, symbol: str) -> Profile:
        """Returns sector and industry of one symbol; makes one request.

        Raises `UnknownSymbol` if Yahoo does not have the symbol, `TransientError` for an outage and
        `ProviderError` for a refusal.
        """
        params = {
            "modules": "assetProfile,quoteType",
            "corsDomain": "finance.yahoo.com",
            "formatted": "false",
            "symbol": symbol,
        }
        url = _SUMMARY + quote(symbol)
        summary = self._call(lambda: self._data.get_raw_json(url, params=params))
        try:
            profile = summary["quoteSummary"]["result"][0].get("assetProfile") or {}
            return Profile(str(profile.get("sector") or ""), str(profile.get("industry") or ""))
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise TransientError(f"a profile in an unknown format ({error!r})") from error

    def _call(self, function: Callable[[], Any]) -> Any:
        """Calls yfinance. Turns its errors into `TransientError` and `ProviderError`."""
        try:
            return function()
        except ProviderError:  # raised by the gate, beneath yfinance
            raise
        except json.JSONDecodeError as error:
            raise TransientError("a response that is not JSON") from error
        except (YFException, OSError) as error:
            status = getattr(getattr(error, "response", None), "status_code", None)
            reason = f"HTTP {status}" if status else f"{type(error).__name__}: {error}"
            raise ProviderError(reason.splitlines()[0]) from error
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise TransientError(f"a response in an unknown format ({error!r})") from error


class _MemoryCookieCache:
    """Replaces yfinance's cookie cache, a file in the user's cache folder, for one run.

    It cannot simply be left out: yfinance reads a cookie that it fetched back from its cache.
    """

    def __init__(self) -> None:
        self._cookies: dict[str, Any] = {}

    def lookup(self, strategy: str) -> dict[str, Any] | None:
        """Returns the cookie of a strategy in the format of yfinance's cache, or None."""
        return {"cookie": self._cookies[strategy]} if strategy in self._cookies else None

    def store(self, strategy: str, cookie: Any) -> None:
        """Stores the cookie of a strategy; None removes it."""
        if cookie is None:
            self._cookies.pop(strategy, None)
        else:
            self._cookies[strategy] = cookie


def _quote(fields: dict[str, Any]) -> Quote:
    name = fields.get("longName") or fields.get("shortName") or ""
    return Quote(str(fields["symbol"]), str(name))


def industries() -> dict[str, str]:
    """Returns Yahoo's sector by industry from yfinance's table, spelt as in quoteSummary."""
    return {
        name.replace(_EM_DASH, " - "): sector
        for sector, names in SECTOR_INDUSTY_MAPPING.items()
        for name in names
    }

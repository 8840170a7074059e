"""Yahoo Finance through yfinance: a page of a screen, quotes, or one stock's profile.

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

from collections.abc import Callable, Iterable, Sequence
from http.cookiejar import Cookie
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import yfinance
from yfinance import cache
from yfinance.data import SingletonMeta, YfData
from yfinance.exceptions import YFException

from spock_core.domain.errors import ProviderError, Unreadable
from spock_core.domain.queries import GroupPage
from spock_core.domain.text import sanitize
from spock_core.sources.http.answers import Answer
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.yahoo.answers import (
    Profile,
    Quotes,
    read_profile,
    read_quotes,
    read_screen,
)
from spock_core.sources.yahoo.names import PAGE_SIZE
from spock_core.sources.yahoo.sessions import yahoo_session

_SUMMARY = "https://query2.finance.yahoo.com/v10/finance/quoteSummary/"
_QUOTES = "https://query1.finance.yahoo.com/v7/finance/quote"
_COOKIE = "A3"
"""The cookie by which Yahoo knows a client."""
_EM_DASH = "\N{EM DASH}"


class Yahoo:
    """A client for the length of a run: use it in a `with` statement, from any thread."""

    def __init__(self, gate: RequestGate, base: str | None = None) -> None:
        self.gate = gate
        self._base = base
        self._users: tuple[Any, Any] | None = None

    def __enter__(self) -> Self:
        clients: dict[type, Any] = SingletonMeta._instances
        self._users = clients.pop(YfData, None), cache._CookieCacheManager._Cookie_cache
        self._session = yahoo_session(self.gate, self._base)
        cache._CookieCacheManager._Cookie_cache = _MemoryCookieCache(self._session.cookies)
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

    def screen(self, industry: str, exchanges: Sequence[str], offset: int) -> GroupPage:
        """Returns one page of the stocks on these exchanges, sorted by symbol, from `offset` on.

        `industry` restricts them to one industry, spelt as in quoteSummary (`Banks - Regional`), if
        it is not empty; `exchanges` are Yahoo's codes. Raises `TransientError` for an outage,
        `Unreadable` for nonsense and `ProviderError` for a refusal.
        """
        try:
            query = yfinance.EquityQuery("is-in", ["exchange", *exchanges])
            if industry:
                spelling = industry.replace(" - ", _EM_DASH)
                in_industry = _IndustryQuery("eq", ["industry", spelling])
                query = yfinance.EquityQuery("and", [in_industry, query])
        except (ValueError, TypeError) as error:
            raise ProviderError(f"yfinance rejects this query: {error}") from error
        options = {"size": PAGE_SIZE, "offset": offset, "sortField": "ticker", "sortAsc": True}
        return read_screen(self._call(lambda: yfinance.screen(query, **options)))

    def quotes(self, symbols: Sequence[str]) -> Quotes:
        """Returns which of up to 200 symbols Yahoo knows as stocks; makes one request.

        Raises `TransientError` for an outage, `Unreadable` for nonsense and `ProviderError` for a
        refusal.
        """
        params = {
            "symbols": ",".join(symbols),
            "fields": "quoteType",
            "corsDomain": "finance.yahoo.com",
            "formatted": "false",
        }
        return read_quotes(self._call(lambda: self._data.get_raw_json(_QUOTES, params=params)))

    def profile(self, symbol: str) -> Profile:
        """Returns sector and industry of one symbol; makes one request.

        Raises `UnknownSymbol` if Yahoo does not have the symbol, `TransientError` for an outage,
        `Unreadable` for nonsense and `ProviderError` for a refusal.
        """
        params = {
            "modules": "assetProfile,quoteType",
            "corsDomain": "finance.yahoo.com",
            "formatted": "false",
            "symbol": symbol,
        }
        url = _SUMMARY + quote(symbol)
        document = self._call(lambda: self._data.get_raw_json(url, params=params))
        return read_profile(document, symbol)

    def _call(self, function: Callable[[], Any]) -> Any:
        """Calls yfinance. Turns its errors into a `ProviderError`, without the error, which holds
        the response."""
        try:
            return function()
        except ProviderError:  # raised by the gate, beneath yfinance
            raise
        except (YFException, OSError) as error:
            response = getattr(error, "response", None)
            if isinstance(response, Answer):
                failure = ProviderError(self.gate.judge.refusal(response.url, response))
            else:
                failure = ProviderError(sanitize(f"{type(error).__name__}: {error}", 200))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError):
            failure = Unreadable("a response in an unknown format")
        raise failure


class _MemoryCookieCache:
    """Replaces yfinance's cookie cache, a file in the user's cache folder, for one run.

    It cannot simply be left out: yfinance reads a cookie that it fetched back from its cache. It
    stores none where two of Yahoo's hosts have set cookies, and would fetch one before every
    request: then its cookies are looked up in the session.
    """

    def __init__(self, jar: Iterable[Any] = ()) -> None:
        """`jar`: the session's cookies."""
        self._jar = jar
        self._cookies: dict[str, Any] = {}

    def lookup(self, strategy: str) -> dict[str, Any] | None:
        """Returns the cookies of a strategy in the format of yfinance's cache, or None."""
        found = self._cookies.get(strategy) or self._of_session()
        return {"cookie": found} if found else None

    def store(self, strategy: str, cookie: Any) -> None:
        """Stores the cookie of a strategy; None removes it."""
        if cookie is None:
            self._cookies.pop(strategy, None)
        else:
            self._cookies[strategy] = cookie

    def _of_session(self) -> dict[str, dict[str, dict[str, Cookie]]] | None:
        """Returns the cookies of the host that has set Yahoo's own: by domain, path and name."""
        cookies: dict[str, dict[str, dict[str, Cookie]]] = {}
        for cookie in self._jar:
            cookies.setdefault(cookie.domain, {}).setdefault(cookie.path, {})[cookie.name] = cookie
        for domain, by_path in cookies.items():
            named = by_path.get("/", {}).get(_COOKIE)
            if named is not None and named.expires is not None:
                return {domain: by_path}
        return None


class _IndustryQuery(yfinance.EquityQuery):  # type: ignore[misc]
    """A query for an industry that yfinance's own table need not list: Yahoo renames some."""

    @property
    def valid_values(self) -> dict[str, Any]:
        """The values that yfinance allows, without its industries."""
        return {name: values for name, values in super().valid_values.items() if name != "industry"}

"""Yahoo Finance through yfinance: one page of a screen, or one stock's profile.

Only yfinance's public query classes and its data client are used; none of its code is changed, and
the user's own yfinance (client, cookie cache, configuration) is left as it was found.
"""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlsplit

import yfinance
from yfinance import cache
from yfinance.const import SECTOR_INDUSTY_MAPPING
from yfinance.data import SingletonMeta, YfData
from yfinance.exceptions import YFException

from spock_core.domain.errors import ProviderError, TransientError, UnknownSymbol
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.yahoo.sessions import CurlSession, PlainSession

PROVIDER = "yahoo"
PAGE = 250
"""Stocks in a page; Yahoo refuses more."""
_SUMMARY = "https://query2.finance.yahoo.com/v10/finance/quoteSummary/"
_EM_DASH = "\N{EM DASH}"


class Quote(NamedTuple):
    """One stock of a screen."""

    symbol: str
    name: str
    """The longest that Yahoo has; empty where it has none."""


class ScreenResult(NamedTuple):
    """Stocks of a screen: one page of it, or all pages."""

    quotes: tuple[Quote, ...]
    total: int
    """Stocks in the whole screen, as Yahoo counts them."""
    drifted: bool = False
    """Whether the screen kept changing while its pages were read: some stocks may be missing."""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing as far as Yahoo's own count tells."""
        return not self.drifted and len(self.quotes) == self.total


class Profile(NamedTuple):
    """What Yahoo says of one stock; empty where it knows the symbol and says nothing."""

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
        cache._CookieCacheManager._Cookie_cache = _OwnCookies()
        session = PlainSession(self.gate, self._base) if self._base else CurlSession(self.gate)
        self._data = YfData(session=session)
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
        self._data._session.close()

    def screen(self, industry: str | None, exchanges: tuple[str, ...], offset: int) -> ScreenResult:
        """Stocks of one industry, or of all, on these exchanges, by symbol, from an offset on.

        The industry is spelt as quoteSummary spells it (`Banks - Regional`), exchanges are Yahoo's
        codes. Raises `TransientError` for an outage and `ProviderError` for a refusal.
        """
        try:
            query = yfinance.EquityQuery("is-in", ["exchange", *exchanges])
            if industry is not None:
                spelt = yfinance.EquityQuery("eq", ["industry", industry.replace(" - ", _EM_DASH)])
                query = yfinance.EquityQuery("and", [spelt, query])
        except (ValueError, TypeError) as error:
            raise ProviderError(f"yfinance cannot screen for this: {error}") from error
        options = {"size": PAGE, "offset": offset, "sortField": "ticker", "sortAsc": True}
        found = self._ask(lambda: yfinance.screen(query, **options))
        try:
            return ScreenResult(tuple(map(_quote, found["quotes"])), int(found["total"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TransientError(f"a screen of an unknown shape ({error!r})") from error

    def profile(self, symbol: str) -> Profile:
        """Sector and industry of one symbol, in one request.

        Raises `UnknownSymbol`, `TransientError` or `ProviderError`.
        """
        params = {
            "modules": "assetProfile,quoteType",
            "corsDomain": "finance.yahoo.com",
            "formatted": "false",
            "symbol": symbol,
        }
        found = self._ask(lambda: self._data.get_raw_json(_SUMMARY + quote(symbol), params=params))
        try:
            said = found["quoteSummary"]["result"][0].get("assetProfile") or {}
            return Profile(str(said.get("sector") or ""), str(said.get("industry") or ""))
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise TransientError(f"a profile of an unknown shape ({error!r})") from error

    def _ask(self, question: Any) -> Any:
        try:
            return question()
        except (TransientError, UnknownSymbol, ProviderError):
            raise
        except json.JSONDecodeError as error:
            raise TransientError("an answer that is not JSON") from error
        except (YFException, OSError) as error:
            status = getattr(getattr(error, "response", None), "status_code", None)
            reason = f"HTTP {status}" if status else f"{type(error).__name__}: {error}"
            raise ProviderError(reason.splitlines()[0]) from error
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise TransientError(f"an answer of an unknown shape ({error!r})") from error


class _OwnCookies:
    """A cookie cache of the run's own, in place of the file in the user's cache folder.

    yfinance takes a cookie for fetched only once it finds it in its cache.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def lookup(self, strategy: str) -> dict[str, Any] | None:
        """What was kept, as yfinance's own cache gives it."""
        return {"cookie": self._kept[strategy]} if strategy in self._kept else None

    def store(self, strategy: str, cookie: Any) -> None:
        """Keeps a cookie, or forgets it."""
        if cookie is None:
            self._kept.pop(strategy, None)
        else:
            self._kept[strategy] = cookie


def _quote(said: dict[str, Any]) -> Quote:
    name = said.get("longName") or said.get("shortName") or ""
    return Quote(str(said["symbol"]), str(name))


def industries() -> dict[str, str]:
    """Yahoo's sector by industry, from yfinance's own table, spelt as quoteSummary spells them."""
    return {
        name.replace(_EM_DASH, " - "): sector
        for sector, names in SECTOR_INDUSTY_MAPPING.items()
        for name in names
    }


def wants_json(url: str) -> bool:
    """Whether a Yahoo URL answers with data; the crumb is data too."""
    return urlsplit(url).path.startswith(("/v1/", "/v7/", "/v10/", "/ws/"))


def knows_symbols(url: str) -> bool:
    """Whether a 404 from a Yahoo URL means that the symbol is unknown."""
    return urlsplit(url).path.startswith("/v10/finance/quoteSummary/")

"""Checks whether the providers answer, the clock agrees with theirs, and the key is valid."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from spock_core.cli.commands.doctor.finding import Finding, ok, problem, warning
from spock_core.domain import Exchange
from spock_core.domain.errors import ProviderError, TransientError, UsageError
from spock_core.domain.text import format_utc, redact_url
from spock_core.plugins.registry import Plugins
from spock_core.settings.credentials import credentials
from spock_core.settings.model import Settings
from spock_core.sources.csv_lists.listings import table_address
from spock_core.sources.http.download import file_address, local_path
from spock_core.sources.http.gate import http_date
from spock_core.sources.http.opening import open_session
from spock_core.sources.http.transport import Limits
from spock_core.sources.kis.master_files import archive_name
from spock_core.sources.kis.token import LIMITS as TOKEN_LIMITS
from spock_core.sources.kis.token import access_token

LIMITS = Limits(seconds=15.0, max_bytes=64 * 1024 * 1024)
MOST_SKEW = timedelta(minutes=2)
_YAHOO = "https://query2.finance.yahoo.com"
_CRUMB = "/v1/test/getcrumb"
"""A path of Yahoo's. Any HTTP answer below 500 but 429 shows that Yahoo can be reached."""


def check_providers(settings: Settings, plugins: Plugins, now: datetime) -> Iterator[Finding]:
    """Checks the sources of all installed markets, Yahoo, the clock and the key of KIS's API."""
    by_kis = [market for market in plugins.markets.values() if market.listed_by == "kis"]
    codes = [e.kis_code for market in by_kis for e in market.exchanges if e.kis_code]
    folder = local_path(settings.kis_master_url)
    if folder is not None:
        yield ok("kis", f"lists are read from {folder}")
    elif codes:
        yield from _reach("kis", file_address(settings.kis_master_url, archive_name(codes[0])), now)
    for exchange in (
        e for m in plugins.markets.values() if m.listed_by == "csv" for e in m.exchanges
    ):
        yield from _table(exchange, settings, now)
    yahoo = f"{(settings.yahoo_url or _YAHOO).rstrip('/')}{_CRUMB}"
    yield from _reach("yahoo", yahoo, now)
    yield _check_key(settings, now)


def _table(exchange: Exchange, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Checks the address or file of one CSV list."""
    name = f"list {exchange.list_name}"
    address = table_address(exchange, settings.lists_url)
    path = local_path(address)
    if path is None:
        yield from _reach(name, address, now)
    elif path.is_file():
        yield ok(name, f"is read from {path}")
    else:
        yield problem(
            name, f"{path}: there is no such file", "put the file there, or set --lists-url"
        )


def _reach(name: str, url: str, now: datetime) -> Iterator[Finding]:
    """Requests a URL, and compares the clock with the date of the answer."""
    shown = redact_url(url)
    started = time.monotonic()
    try:
        with open_session(name, [url], LIMITS) as session:
            response = session.get(url, stream=True)
    except ProviderError as error:
        yield _no_answer(name, f"{shown}: {error}", error)
        return
    took = time.monotonic() - started
    status, date = response.status_code, response.headers.get("Date")
    if status != 200 and name != "yahoo":
        yield problem(
            name,
            f"{shown} answered HTTP {status}",
            "the request was refused: correct the address, or ask its owner",
        )
    else:
        yield ok(name, f"answers in {took:.2f} s")
    if date is not None:
        yield from _clock(name, date, now)


def _no_answer(name: str, found: str, error: ProviderError) -> Finding:
    """Returns the finding for a server that did not answer what it was asked for."""
    outcome = (error.outcome or "") if isinstance(error, TransientError) else ""
    if outcome == "http_429":
        return warning(name, found, "too many requests: wait an hour")
    if outcome.startswith("http_"):
        return problem(name, found, "the provider is down: try later")
    advice = "check network, proxy and firewall; if the provider is down, try later"
    return problem(name, found, advice)


def _clock(name: str, date: str, now: datetime) -> Iterator[Finding]:
    """Compares the clock with the `Date` header of a provider; an invalid header is ignored."""
    moment = http_date(date)
    if moment is None:
        return
    skew = abs(moment - now)
    if skew > MOST_SKEW:
        seconds = skew.total_seconds()
        yield warning(
            "clock",
            f"differs from that of {name} by {seconds:,.0f} s",
            "synchronize the clock (NTP)",
        )
    else:
        yield ok("clock", f"agrees with that of {name}")


def _check_key(settings: Settings, now: datetime) -> Finding:
    try:
        given = credentials(settings)
        if given is None:
            return ok("kis key", "not given, and not needed for these markets")
        base = settings.kis_api_url
        with open_session("kis-api", [base], TOKEN_LIMITS) as session:
            token = access_token(session, base, *given, settings.cache_folder, now)
    except UsageError as error:
        return problem("kis key", str(error), "see docs/operations.md, Secrets")
    except ProviderError as error:
        shown = redact_url(settings.kis_api_url)
        return problem("kis key", f"no token from {shown}: {error}", "check key and secret")
    origin = "cached" if token.from_cache else "new"
    return ok(
        "kis key",
        f"given; its token is {origin}, valid until {format_utc(token.expires_at)}",
    )

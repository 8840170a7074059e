"""yfinance's own default session, in a browser's guise, over TLS, under Yahoo's own host names.

The names are resolved to a sandbox on this machine; nothing else is changed.
"""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from curl_cffi import CurlOpt

from spock_core.domain.errors import TransientError, UnknownSymbol, UsageError
from spock_core.domain.events import RequestMade
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.server import Sandbox
from spock_core.sources.http.circuit_breaker import CircuitBreaker
from spock_core.sources.http.gate import RequestGate
from spock_core.sources.http.rate_limiter import AdaptiveRateLimiter
from spock_core.sources.yahoo.client import Profile, Yahoo, knows_symbols, wants_json

HTTPS = 443
HOSTS = ("fc", "query1.finance", "query2.finance", "guce", "consent", "finance")


@pytest.fixture
def certified(universe: Universe, plugins: Plugins, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox on the port of HTTPS, with a certificate of its own making."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    try:
        sandbox = Sandbox(universe, plugins.markets, HTTPS)
    except UsageError as error:
        pytest.skip(f"the port of HTTPS is not to be had: {error}")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out",
            str(certificate), "-days", "2", "-subj", "/CN=yahoo.com"]  # fmt: skip
    subprocess.run(make, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    sandbox.secure(context)
    thread = threading.Thread(target=sandbox.run, daemon=True)
    thread.start()
    yield sandbox
    sandbox.stop()
    thread.join()
    sandbox.close()


def test_the_default_session_works_under_yahoos_own_names(certified: Sandbox):
    events: list[RequestMade] = []
    limiter, breaker = AdaptiveRateLimiter(500), CircuitBreaker("yahoo")
    gate = RequestGate("yahoo", limiter, breaker, events.append, 0.01, wants_json, knows_symbols)
    stock = next(one for one in certified.yahoo.known.values() if one.industry)
    with Yahoo(gate) as yahoo:
        session = yahoo._data._session
        session.verify = False
        names = [f"{host}.yahoo.com:{HTTPS}:127.0.0.1" for host in HOSTS]
        session.curl_options = {CurlOpt.RESOLVE: names}
        for _ in range(3):
            assert yahoo.screen(str(stock.industry), (stock.exchange,), 0).total > 0
        assert yahoo.profile(stock.symbol) == Profile(str(stock.sector), str(stock.industry))
        with pytest.raises(UnknownSymbol):
            yahoo.profile("NOBODY")
        certified.yahoo.faults.cut_share = 1
        with pytest.raises(TransientError):
            yahoo.screen("Gold", ("NMS",), 0)
        certified.yahoo.faults.cut_share = 0
        certified.yahoo.faults.always_429 = True
        with pytest.raises(TransientError, match="429"):
            yahoo.screen("Gold", ("NMS",), 0)
    assert len(events) == certified.counters["yahoo"] == 9
    assert certified.counters["yahoo cookie"] == certified.counters["yahoo crumb"] == 1

"""yfinance's own default session, in a browser's guise, over TLS, under Yahoo's own host names.

The names are resolved to a sandbox on this machine; nothing else is changed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from curl_cffi import CurlOpt

from spock_core.domain.errors import TransientError, UnknownSymbol, UsageError
from spock_core.domain.events import RequestMade
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.server import Sandbox
from spock_core.sources.yahoo.answers import Profile
from spock_core.sources.yahoo.client import Yahoo
from tests.support.tls import certificate
from tests.support.yahoo import yahoo_gate

HTTPS = 443
HOSTS = ("fc", "query1.finance", "query2.finance", "guce", "consent", "finance")


@pytest.fixture
def certified(
    universe: Universe, plugins: Plugins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """A sandbox on the port of HTTPS, with a certificate of its own making."""
    try:
        sandbox = Sandbox(universe, plugins.markets, HTTPS)
    except UsageError as error:
        pytest.skip(f"the port of HTTPS is not to be had: {error}")
    sandbox.secure(certificate(tmp_path, monkeypatch))
    thread = threading.Thread(target=sandbox.run, daemon=True)
    thread.start()
    yield sandbox
    sandbox.stop()
    thread.join()
    sandbox.close()


def test_the_default_session_works_under_yahoos_own_names(certified: Sandbox):
    events: list[RequestMade] = []
    gate = yahoo_gate(None, rate=500, pause_s=0.01, notify=events.append)
    stock = next(one for one in certified.yahoo.known.values() if one.industry)
    with Yahoo(gate) as yahoo:
        session: Any = yahoo._session
        names = [f"{host}.yahoo.com:{HTTPS}:127.0.0.1" for host in HOSTS]
        transport = session.get_adapter("https://query1.finance.yahoo.com/")._transport
        transport.session.curl_options = {CurlOpt.RESOLVE: names}
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

"""Core's own query sources keep the contracts of the kit about what they state and read.

Their runs have tests of their own: `test_yahoo.py`, `test_quotes.py` and `test_kis_api.py`.
"""

from __future__ import annotations

from collections import deque

import pytest

from spock_core.sandbox.kis_api import site
from spock_core.testing.contracts.sources.queries.answers import AnswerContracts
from spock_core.testing.contracts.sources.queries.facts import (
    GroupFactContracts,
    QueryFactContracts,
)
from spock_core.testing.contracts.sources.queries.hostile import HostileAnswerContracts
from spock_core.testing.contracts.sources.stated import AuthorFacts

HERE = ("HK",)
QUICKLY = {"yahoo_rate": "900"}


class TestScreener(GroupFactContracts, AnswerContracts, HostileAnswerContracts):
    stated = AuthorFacts("yahoo-screener", "spock-core", HERE, QUICKLY)


class TestProfile(QueryFactContracts, AnswerContracts, HostileAnswerContracts):
    stated = AuthorFacts("yahoo-profile", "spock-core", HERE, QUICKLY)


class TestKisApi(QueryFactContracts, AnswerContracts, HostileAnswerContracts):
    stated = AuthorFacts(
        "kis-api", "spock-core", HERE, {"kis_app_key": site.KEY, "kis_app_secret": site.SECRET}
    )

    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A server that allows more requests a second than KIS does."""
        monkeypatch.setattr("spock_core.sources.kis.api_source.RATE", 1_000.0)
        allowed = site.KisApiSite.__init__

        def allow(self: site.KisApiSite, *arguments: object) -> None:
            allowed(self, *arguments)  # type: ignore[arg-type]
            self.arrivals = deque(maxlen=10_000)

        monkeypatch.setattr(site.KisApiSite, "__init__", allow)

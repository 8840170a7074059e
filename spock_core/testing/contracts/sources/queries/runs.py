"""Contracts of runs with a query source: what it costs, and what an outage does not cost."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from spock_core.domain.queries import GroupQuerySource
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.messages import WEB_PAGE, Request, Response
from spock_core.sandbox.server import Sandbox
from spock_core.settings.names import variable_of
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.command import Spock
from spock_core.testing.contracts.sources.base import (
    STOCKS,
    installed,
    made_up_listings,
    made_up_universe,
)
from spock_core.testing.contracts.sources.queries.base import HOOK, QueryContracts, sandbox_for
from spock_core.testing.contracts.sources.runs import SourceRunContracts, identified, said
from spock_core.testing.failures import fail
from spock_core.testing.installed import market_alone, with_site
from spock_core.testing.made_up_isins import FILE, NAME, MadeUpIsins, table_of
from spock_core.testing.questions import HURRIED
from spock_core.testing.universes import knowing, knowing_nothing
from spock_core.testing.wire import Wire

MOST_REQUESTS = 60
"""What a provider may cost that does not answer, with its cookies and tokens."""
ALLOWANCE = 7
"""Stocks a day, where a contract restricts them."""
UNKNOWN = 8
"""One of so many instruments is unknown to the provider, in the contract about that."""
_UNKNOWN = "SELECT ticker FROM unknowns WHERE source = ? ORDER BY 1"

OUTAGES: Mapping[str, Callable[[Request, Response], Response]] = {
    "HTTP 503": lambda _request, _response: Response(503, b"out of order\n"),
    "HTTP 429": lambda _request, _response: Response(429, b"too many requests\n"),
    "a cut body": lambda _request, response: replace(response, cut=True),
    "a web page": lambda _request, _response: WEB_PAGE,
    "an empty document": lambda _request, _response: Response(200, b"{}", "application/json"),
}
"""What the provider's server does instead of answering."""


class QueryRunContracts(SourceRunContracts, QueryContracts):
    """A run asks it through the gate, within its budget, and believes no outage."""

    sandbox_advice = f"let {HOOK} return the source's provider with its answers"

    def test_all_its_requests_pass_the_gate(self, source: AskedSource, spock: Spock) -> None:
        """The rate, the bounds and the counters hold for requests through the gate alone."""
        with self.run_in_sandbox(spock) as sandbox:
            wire = _wire(sandbox)
            outcome = self.check(self.enrich(spock, sandbox))
            counted = outcome.document["requests"].get(source.query.about.provider, 0)
            if wire.requests != counted:
                fail(
                    f"a run counted {counted} requests of source {source.name}, and its provider "
                    f"got {wire.requests}",
                    "make all requests through the client or the gate that the source is given",
                )

    def test_what_it_was_told_is_not_asked_again(self, source: AskedSource, spock: Spock) -> None:
        """A second run on the same day makes no request."""
        with self.run_in_sandbox(spock) as sandbox:
            self.first_run(spock, sandbox)
            self._check_asks_nothing(source, spock, sandbox, "after a run that was told all")

    @pytest.mark.parametrize("outage", [*OUTAGES, "nothing known"])
    def test_an_outage_is_never_an_answer(
        self, source: AskedSource, spock: Spock, outage: str
    ) -> None:
        """It costs a bounded number of requests, and nothing of the register."""
        everything = made_up_universe(self.region, self.number)
        nothing = knowing_nothing(market_alone(self.region), everything)
        hollow = outage not in OUTAGES
        with self.run_in_sandbox(spock) as sandbox:
            self.first_run(spock, sandbox)
            before = self._kept(spock)
        with self.run_in_sandbox(spock, nothing if hollow else None) as sandbox:
            wire = _wire(sandbox)
            wire.instead = OUTAGES.get(outage)
            outcome = self.enrich(spock, sandbox, None, "--force-refresh")
        after = self._kept(spock)
        if after != before:
            lost = len(before[0]) + len(before[1]) - len(after[0]) - len(after[1])
            fail(
                f"with {outage} for an answer a run loses {lost} of what source {source.name} "
                f"said, and takes {len(after[2]) - len(before[2])} more stocks for unknown",
                "raise Unreadable where the document does not say what was asked: an empty answer "
                "means that the provider knows none of the symbols",
            )
        if not outcome.code and source.query.about.provider not in outcome.err:
            fail(
                f"with {outage} for an answer a run with source {source.name} tells nothing: "
                f"{outcome.err.strip() or 'no line'}",
                "let what the client raises pass, and raise Unreadable where the document does "
                "not say what was asked",
            )
        if wire.requests > MOST_REQUESTS:
            fail(
                f"{outage} costs {wire.requests} requests",
                "do not ask again in the source: Spock does, within its bounds",
            )

    def test_it_is_not_asked_before_its_settings_are_set(
        self, source: AskedSource, spock: Spock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without what it requires there is no request."""
        for name in source.raw.about.requires:
            with monkeypatch.context() as patch, self.run_in_sandbox(spock) as sandbox:
                patch.delenv(variable_of(name), raising=False)
                wire = _wire(sandbox)
                self.check(self.enrich(spock, sandbox))
                if wire.requests:
                    fail(
                        f"without {variable_of(name)} source {source.name} is asked",
                        "give the setting no default",
                    )

    @property
    def number(self) -> int:
        """Stocks in all runs: more than groups, or none of these would be worth a request."""
        source = installed(self.stated.source)
        groups = source.groups() if isinstance(source, GroupQuerySource) else ()
        return max(STOCKS, 2 * len(groups))

    def sources(self) -> tuple[str, ...]:
        """Returns the sources of a run; the kit's own brings the ISINs."""
        return ("kis", NAME, self.stated.source)

    def addresses(self, sandbox: Sandbox) -> Mapping[str, str]:
        """Returns the settings that send all sources to the sandbox."""
        return sandbox.addresses

    def plugins(self, budget: int | None = None) -> Plugins:
        """Returns the plugins of a run, whose source need not spare a provider that is made up.

        `budget` takes the place of the source's own stocks a day.
        """
        plugins = super().plugins()
        plugins.add(MadeUpIsins(), "isins of the kit")
        name = self.stated.source
        if not AskedSource(plugins, name).is_built_in:
            plugins = with_site(plugins, name, lambda site: replace(site, rate=HURRIED))
        if budget is not None:
            plugins = with_site(plugins, name, lambda site: replace(site, budget=budget))
        return plugins

    @contextlib.contextmanager
    def run_in_sandbox(self, spock: Spock, universe: Universe | None = None) -> Iterator[Sandbox]:
        """Serves the provider inside the `with` statement, by default with all that it knows."""
        universe = universe or made_up_universe(self.region, self.number)
        listed = made_up_listings(self.region, self.number)
        tables = {**universe.tables, FILE: table_of(listed.values())}
        source = AskedSource(market_alone(self.region), self.stated.source)
        with sandbox_for(source, self.region, replace(universe, tables=tables)) as sandbox:
            yield sandbox

    def _check_asks_nothing(
        self, source: AskedSource, spock: Spock, sandbox: Sandbox, when: str, **plugins: Any
    ) -> None:
        wire = _wire(sandbox)
        self.check(self.enrich(spock, sandbox, **plugins))
        if wire.requests:
            fail(
                f"{when}, source {source.name} makes {wire.requests} requests on the same day",
                "return what is said of a symbol under that symbol, and let symbol return the "
                "same text in every run",
            )

    def _kept(self, spock: Spock) -> tuple[list[Any], list[Any], list[Any]]:
        """Returns what the source said, its identifiers, and the stocks that it does not know."""
        name = self.stated.source
        return said(spock, name), identified(spock, name), spock.rows(_UNKNOWN, name)


class StockRunContracts(QueryRunContracts):
    """Runs with a source that is asked about stocks."""

    def test_the_budget_of_a_day_is_kept(self, source: AskedSource, spock: Spock) -> None:
        """No more stocks are asked about in a day, in one run or in two."""
        with self.run_in_sandbox(spock) as sandbox:
            self.check(self.enrich(spock, sandbox, self.plugins(ALLOWANCE)))
            about = {row[0] for rows in self._kept(spock) for row in rows}
            if len(about) > ALLOWANCE:
                fail(
                    f"with a budget of {ALLOWANCE} stocks a day source {source.name} tells of "
                    f"{len(about)}",
                    "answer about the asked symbols alone",
                )
            when = "with the budget of the day used up"
            budget = self.plugins(ALLOWANCE)
            self._check_asks_nothing(source, spock, sandbox, when, plugins=budget)

    def test_what_it_does_not_know_is_remembered(self, source: AskedSource, spock: Spock) -> None:
        """Stocks that the provider does not know are not asked about again on the same day."""
        universe = made_up_universe(self.region)
        gone = {
            (one.exchange.list_name, one.symbol)
            for number, one in enumerate(universe.instruments())
            if number % UNKNOWN == 1
        }
        fewer = knowing(
            market_alone(self.region),
            universe,
            lambda one: (one.exchange.list_name, one.symbol) not in gone,
        )
        with self.run_in_sandbox(spock, fewer) as sandbox:
            self.check(self.enrich(spock, sandbox))
            when = "after a run that was told what it does not know"
            self._check_asks_nothing(source, spock, sandbox, when)


def _wire(sandbox: Sandbox) -> Wire:
    """Returns a count of the requests to the sandbox from now on."""
    sandbox.spoil = wire = Wire()
    return wire

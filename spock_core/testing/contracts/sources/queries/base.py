"""What the contracts of query sources share: a sandbox with their provider, and questions to it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence

import pytest

from spock_core.domain import AssetType, Listing, Market, SecurityType
from spock_core.domain.queries import GroupQuerySource, Said
from spock_core.sandbox.instruments import Universe
from spock_core.sandbox.server import Sandbox, serve
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.contracts.sources.base import SourceContracts, made_up_universe
from spock_core.testing.failures import fail
from spock_core.testing.installed import market_alone
from spock_core.testing.questions import Question, Questions, is_at, opened, settings_at

FEW = 6
"""Questions that a contract asks where the provider's answers are its own."""
HOOK = "spock_sandbox_services"

Answered = Sequence[tuple[Question, Mapping[str, Said]]]


class QueryContracts(SourceContracts):
    """Base of the test classes of a query source's contracts."""

    @pytest.fixture
    def sandbox(self, source: AskedSource, market: Market) -> Iterator[Sandbox]:
        """A sandbox with the made-up market and the provider."""
        with sandbox_for(source, market.region, made_up_universe(market.region)) as sandbox:
            yield sandbox

    @pytest.fixture
    def questions(self, source: AskedSource, sandbox: Sandbox) -> Iterator[Questions]:
        """The source with its client. It keeps to its rate where the sandbox keeps its limits."""
        with opened(source, sandbox, hurried=not source.is_built_in) as questions:
            yield questions

    @pytest.fixture
    def answered(
        self, questions: Questions, market: Market, stocks: Mapping[str, Listing]
    ) -> Answered:
        """Some questions with their answers. Fails the test if there is none."""
        found = questions.answered(market, askable_ones(stocks), FEW)
        if not found:
            fail(
                f"source {questions.source.name} is told nothing of {len(stocks)} made-up stocks "
                f"of {market.region}",
                f"let {HOOK} answer for the listings that it is given, whose tickers are like "
                f"{sorted(stocks)[:3]}",
            )
        return found


@contextlib.contextmanager
def sandbox_for(source: AskedSource, region: str, universe: Universe) -> Iterator[Sandbox]:
    """Serves a universe. Fails the test if the source would ask somebody else, or if what its
    plugin answers for the provider raises."""
    with serve(universe, market_alone(region).markets) as sandbox:
        check_is_redirected(source, sandbox)
        yield sandbox
    for error in sandbox.services.errors:
        fail(
            f"{HOOK}: a MadeUpService failed: {error}",
            "let answer return a document for every request of the source, or None",
        )


def check_is_redirected(source: AskedSource, sandbox: Sandbox) -> None:
    """Fails the test unless all requests of a source go to the sandbox."""
    settings = settings_at(source, sandbox)
    unknown = sorted(set(sandbox.services.services) - set(type(settings).model_fields))
    if unknown:
        fail(
            f"{HOOK}: a MadeUpService has the setting {unknown[0]!r}, which does not exist",
            "return it from spock_settings, and let site use its value as base",
        )
    site = source.query.site(settings)
    source.check("site", "with the settings of the sandbox")
    if not is_at(site, sandbox):
        fail(
            f"source {source.name} asks {site.base or ', '.join(map(str, site.addresses))} in the "
            "sandbox",
            f"return MadeUpService(setting, answer) from {HOOK}, and let site return "
            "Site(base=settings.<setting>, …)",
        )


def askable_ones(stocks: Mapping[str, Listing]) -> list[Listing]:
    """Returns those of these listings that query sources are asked about."""
    return [
        one
        for one in stocks.values()
        if one.asset_type is AssetType.STOCK or one.security_type is SecurityType.REIT
    ]


def known_words_of(
    source: AskedSource, market: Market, stocks: Mapping[str, Listing]
) -> list[Mapping[str, str]]:
    """Returns the words of a query source's observations."""
    query = source.query
    if isinstance(query, GroupQuerySource):
        return [words for group in query.groups() if (words := query.words(group))]
    with (
        sandbox_for(source, market.region, made_up_universe(market.region)) as sandbox,
        opened(source, sandbox, hurried=not source.is_built_in) as questions,
    ):
        answered = questions.answered(market, askable_ones(stocks), FEW)
    return [one.words for _, said in answered for one in said.values() if one.words]

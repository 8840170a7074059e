"""Contracts of what a query source reads: answers of its made-up provider, one request each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from spock_core.domain import Listing, Market
from spock_core.domain.errors import ProviderError
from spock_core.domain.queries import Said
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.contracts.sources.base import made_up_universe
from spock_core.testing.contracts.sources.identifiers import check_identifiers
from spock_core.testing.contracts.sources.queries.base import (
    HOOK,
    Answered,
    QueryContracts,
    askable_ones,
    sandbox_for,
)
from spock_core.testing.failures import fail, location_of
from spock_core.testing.installed import NEIGHBOUR, market_alone
from spock_core.testing.questions import (
    OfGroup,
    OfStocks,
    Question,
    Questions,
    askable,
    opened,
    symbols_of,
)
from spock_core.testing.universes import knowing_nothing

NOBODY: Mapping[str, Any] = {"region": NEIGHBOUR, "ticker": "QXQXQ", "yahoo_symbol": None}
"""What makes a stock of another one that no provider has."""

Stocks = Mapping[str, Listing]


class AnswerContracts(QueryContracts):
    """An answer follows from the question and the document, and costs one request."""

    def test_its_answers_are_valid(
        self, source: AskedSource, market: Market, stocks: Stocks, answered: Answered
    ) -> None:
        """They are about stocks of the market, with identifiers whose check digits are right."""
        symbols = set(symbols_of(source, market, askable_ones(stocks)).values())
        for question, said in answered:
            if isinstance(question, OfGroup) and not symbols & set(said):
                fail(
                    f"none of {len(said)} members of {question.group!r} is a stock of "
                    f"{market.region}: they are like {sorted(said)[:3]}, its symbols like "
                    f"{sorted(symbols)[:3]}",
                    "let symbol return what members have: " + location_of(source.raw.symbol),
                )
            for symbol, one in said.items():
                where = location_of(method_of(source, question))
                check_identifiers(source.name, symbol, one.identifiers, HOOK, where)

    def test_a_question_costs_one_request(self, questions: Questions, answered: Answered) -> None:
        """What is planned, bounded and counted is one request a question."""
        for question, _ in answered:
            before = questions.wire.requests
            questions.ask(question, "a second time")
            made = questions.wire.requests - before
            if made != 1:
                fail(
                    f"a question of source {questions.source.name} made {made} requests",
                    "make one request a question through the client, fetch a token in open, and "
                    f"keep no answers: {location_of(method_of(questions.source, question))}",
                )

    def test_the_same_question_has_the_same_answer(
        self, questions: Questions, answered: Answered
    ) -> None:
        """Neither an earlier question nor the order of what is asked matters."""
        for question, said in reversed(answered):
            for what, again in (("asked again", question), ("in another order", _turned(question))):
                other = questions.ask(again, what)
                if other != said:
                    fail(
                        f"source {questions.source.name} says something else {what}: "
                        f"{_difference(said, other)}",
                        "use nothing but the question and its document, and match answers by "
                        f"symbol: {location_of(method_of(questions.source, question))}",
                    )

    def test_what_nobody_has_is_left_out(
        self, questions: Questions, market: Market, stocks: Stocks, answered: Answered
    ) -> None:
        """Unknown symbols are no answer, and do not spoil the others'."""
        question, said = answered[0]
        if isinstance(question, OfGroup):
            return
        source = questions.source
        nobody = next(iter(stocks.values()))._replace(**NOBODY)
        symbol = source.query.symbol(askable(market, nobody))
        for symbols in ((symbol,), (symbol, *question.symbols[: len(question.symbols) - 1])):
            if not symbol or symbol in question.symbols:
                return
            try:
                found = questions.ask(OfStocks(symbols), f"about {symbol!r}, which nobody has")
            except ProviderError as error:
                fail(
                    f"source {source.name} has no answer about {symbol!r}, which nobody has: "
                    f"{error}",
                    "leave out what the provider does not know, or raise UnknownSymbol for a "
                    f"single one: {location_of(source.raw.ask)}",
                )
            expected = {one: said[one] for one in symbols if one in said}
            if found != expected:
                fail(
                    f"asked about {symbol!r} too, which nobody has, source {source.name} says "
                    f"something else: {_difference(expected, found)}",
                    f"match answers by symbol: {location_of(source.raw.ask)}",
                )

    def test_a_provider_that_knows_nothing_says_nothing(
        self, source: AskedSource, market: Market, answered: Answered
    ) -> None:
        """Emptiness is no words: Spock tells then whether it is an outage."""
        nothing = knowing_nothing(market_alone(market.region), made_up_universe(market.region))
        with (
            sandbox_for(source, market.region, nothing) as sandbox,
            opened(source, sandbox) as questions,
        ):
            for question, _ in answered:
                try:
                    said = questions.ask(question, "of a provider that knows nothing")
                except ProviderError:
                    continue
                told = [one for one in said.values() if one.words or one.identifiers]
                if told:
                    fail(
                        f"of a provider that knows nothing source {source.name} reads "
                        f"{len(told)} answers, such as {told[0]}",
                        f"let {HOOK} know nothing without listings, and read nothing into an "
                        f"empty document: {location_of(method_of(source, question))}",
                    )


def method_of(source: AskedSource, question: Question) -> Callable[..., Any]:
    """Returns the source's method that asks a question."""
    method: Callable[..., Any] = (
        source.raw.ask if isinstance(question, OfStocks) else source.raw.ask_group
    )
    return method


def _turned(question: Question) -> Question:
    if isinstance(question, OfStocks):
        return OfStocks(question.symbols[::-1])
    return question._replace(venues=question.venues[::-1])


def _difference(said: Mapping[str, Said], other: Mapping[str, Said]) -> str:
    """Returns the first stock of which two answers differ, with what they say."""
    changed = sorted(one for one in {*said, *other} if said.get(one) != other.get(one))
    return ascii({one: (said.get(one), other.get(one)) for one in changed[:1]})[:300]

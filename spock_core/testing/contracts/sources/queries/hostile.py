"""Contracts of answers that no provider should give: they cost themselves alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from spock_core.domain.errors import ProviderError
from spock_core.domain.queries import Said
from spock_core.sandbox.messages import Request, Response
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.contracts.sources.queries.answers import method_of
from spock_core.testing.contracts.sources.queries.base import Answered, QueryContracts
from spock_core.testing.failures import fail, location_of, time_limit
from spock_core.testing.questions import Question, Questions, settings_at
from spock_core.testing.spoiled_documents import NO_DOCUMENTS, beside, enlarged, spoiled, twice

LONGEST_S = 20.0
"""CPU seconds for an enormous answer; a page of 250 stocks takes a hundredth of one."""
ENORMOUS = 1024 * 1024
"""Bytes of an enormous answer."""
MOST_BYTES = 32 * 1024 * 1024
"""A larger bound of a source is not tried out."""


class HostileAnswerContracts(QueryContracts):
    """Whatever comes with status 200, a question has a valid answer or none."""

    def test_a_body_that_is_no_document_is_refused(
        self, questions: Questions, answered: Answered
    ) -> None:
        """Text, web pages, cut, deep and huge documents."""
        question, _ = answered[0]
        questions.ask(question, "of made-up stocks")
        for what, body in NO_DOCUMENTS.items():
            said = self._asked(questions, question, body, f"with {what}")
            if said is not None:
                fail(
                    f"with {what} for an answer source {questions.source.name} says "
                    f"{ascii(said)[:200]}",
                    "ask through the client, and let what it raises pass: "
                    f"{location_of(method_of(questions.source, question))}",
                )

    def test_no_value_breaks_its_reading(self, questions: Questions, answered: Answered) -> None:
        """Values of other types, missing, hostile, huge and deep ones."""
        question, _ = answered[0]
        for what, document in spoiled(_document(questions, question)):
            self._asked(questions, question, json.dumps(document).encode(), f"with {what}")

    def test_what_comes_twice_or_beside_it_changes_nothing(
        self, questions: Questions, answered: Answered
    ) -> None:
        """Duplicates, and other stocks in the same document: read as without them, or refused."""
        question, said = answered[0]
        document = _document(questions, question)
        documents = {"everything twice": twice(document)}
        for other, _ in answered[1:]:
            documents["another answer beside it"] = beside(document, _document(questions, other))
        questions.ask(question, "of made-up stocks")
        for what, spoiled_one in documents.items():
            body = json.dumps(spoiled_one).encode()
            found = self._asked(questions, question, body, f"with {what}")
            lost = [one for one in said if found is not None and found.get(one) != said[one]]
            if lost:
                fail(
                    f"with {what} source {questions.source.name} says something else of {lost[:3]}",
                    "read what is about the asked symbols, and raise Unreadable where that is not "
                    f"clear: {location_of(method_of(questions.source, question))}",
                )

    def test_an_enormous_answer_takes_bounded_time(
        self, questions: Questions, answered: Answered
    ) -> None:
        """1 MB of items are read, or refused."""
        question, _ = answered[0]
        source = questions.source
        body = enlarged(_document(questions, question), ENORMOUS)
        failure = f"source {source.name} took more than {LONGEST_S:g} s for {len(body):,} bytes"
        where = location_of(method_of(source, question))
        with time_limit(LONGEST_S, failure, f"look values up in a dict: {where}"):
            self._asked(questions, question, body, f"with {len(body):,} bytes")

    def test_a_body_beyond_its_bound_is_refused(
        self, source: AskedSource, questions: Questions, answered: Answered, sandbox: Any
    ) -> None:
        """More bytes than `max_bytes` of its site are not read."""
        question, _ = answered[0]
        most = source.query.site(settings_at(source, sandbox)).max_bytes
        if most > MOST_BYTES:
            return
        body = json.dumps(_document(questions, question)).encode().ljust(most + 1)
        if self._asked(questions, question, body, f"with {most + 1:,} bytes") is not None:
            fail(
                f"source {source.name} reads {most + 1:,} bytes, more than max_bytes of its site",
                "make all requests through the client or the gate that it is given: "
                f"{location_of(source.raw.open)}",
            )

    def _asked(
        self, questions: Questions, question: Question, body: bytes, about: str
    ) -> Mapping[str, Said] | None:
        """Returns what is said with another body for the last answer; None if there is no answer.

        Fails the test for an exception that is none of Spock's.
        """
        assert questions.wire.last is not None  # noqa: S101  it was asked before
        path = questions.wire.last[0].path

        def instead(request: Request, response: Response) -> Response:
            return Response(200, body, "application/json") if request.path == path else response

        questions.wire.instead = instead
        try:
            return questions.ask(question, about)
        except ProviderError:
            return None
        finally:
            questions.wire.instead = None


def _document(questions: Questions, question: Question) -> Any:
    """Returns the document with which the made-up provider answers a question."""
    questions.ask(question, "of made-up stocks")
    assert questions.wire.last is not None  # noqa: S101  it has just been asked
    return json.loads(questions.wire.last[1].content)

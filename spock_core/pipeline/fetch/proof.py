"""Proves that a provider still answers, by a stock that it is known to know."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from spock_core.domain.errors import SpockError
from spock_core.pipeline.fetch.outcome import FetchOutcome
from spock_core.pipeline.fetch.questions import Questions

PROOFS = 3
"""Stocks that are asked for a proof at most."""


def is_answering(
    questions: Questions, outcome: FetchOutcome, symbols: Iterable[str]
) -> bool | None:
    """Asks about symbols of stocks that the provider has told of, until it tells of one.

    Returns whether it did; None if the run was asked to stop.
    """
    for symbol in islice(symbols, PROOFS):
        result = questions.stock(symbol)
        if result is None:
            return None
        try:
            said = outcome.answer(result).get(symbol)
        except SpockError as error:
            outcome.note_error(error)
            return False
        if said is not None and (said.words or said.identifiers):
            return True
    return False

"""Whatever comes in, a parser of outside data gives a value or one error that it states.

The parsers are in the table of `tests/support/parsers.py`.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.support.parsers import CONTENT, PARSERS, VALUES, Parser, check


@pytest.mark.parametrize("name", PARSERS)
@given(content=CONTENT)
def test_bytes_are_read_or_refused(name, content):
    check(PARSERS[name], content)


@pytest.mark.parametrize("name", [name for name, parser in PARSERS.items() if parser.of_json])
@given(document=VALUES)
def test_documents_are_read_or_refused(name, document):
    check(PARSERS[name], json.dumps(document).encode())


@pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name, one in PARSERS.items() for seed in one.seeds]
)
def test_what_a_fuzzer_begins_with_is_read(name, seed):
    """Otherwise it would try refusals alone."""
    check(Parser(PARSERS[name].read), seed)

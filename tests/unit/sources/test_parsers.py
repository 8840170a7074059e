"""Whatever comes in, a parser of outside data gives a value or one error that it states.

A parser that is new gets a row here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core.domain import Exchange
from spock_core.domain.errors import ListError, ProviderError, UsageError
from spock_core.reading.audit.official_file import read_official
from spock_core.settings.model import load_settings
from spock_core.settings.user_files import read_csv
from spock_core.sources.csv_lists.line import read_header, read_line
from spock_core.sources.documents import parse_json
from spock_core.sources.http.gate import retry_after_s
from spock_core.sources.kis.api_client import read_envelope
from spock_core.sources.kis.token import read_token
from spock_core.sources.lines import LineError
from spock_core.sources.override.file import read_overrides
from spock_core.sources.yahoo.answers import (
    read_error,
    read_profile,
    read_quotes,
    read_screen_document,
)

LIST = Exchange("XTST", "Test Exchange", "JPY", kis_code="TST")
COLUMNS = ("ticker", "name", "currency", "asset_type", "lot_size", "yahoo_symbol")
KEYS = st.sampled_from([
    "finance", "result", "error", "quotes", "total", "symbol", "quoteSummary", "assetProfile",
    "sector", "quoteResponse", "quoteType", "code", "rt_cd", "msg_cd", "msg1", "output", "x",
])  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)

WORDS = st.sampled_from([
    "SPOCK_REGIONS", "regions", "SPOCK_MAX_WORKERS", "max-workers", "override", "region", "ticker",
    "field", "value", "reason", "sector", "access_token", "expires_at", "US", "AAPL", "45",
    "2026-11-26T12:00:00Z", "0001-01-01T00:00:00+14:00", "9" * 5_000, "1e999", "-0", "nan", "true",
    "=", " = ", ",", ":", ".", "\n", "\r", "[", "]", "[[", "]]", "{", "}", "${", "${A}", "A", "'",
    '"', "\'\'\'", "\\", "#", "export ", "\x00", "\x1b", "\ufeff", "\ud800",
])  # fmt: skip
CONTENT = st.binary(max_size=200) | st.lists(WORDS, max_size=30).map(
    lambda words: "".join(words).encode("utf-8", "surrogatepass")
)

OF_BYTES: dict[str, tuple[Callable[[bytes], Any], tuple[type[Exception], ...]]] = {
    "JSON": (parse_json, (ProviderError,)),
    "header of a CSV list": (lambda raw: read_header(raw, "list"), (ListError,)),
    "line of a CSV list": (lambda raw: read_line(raw, COLUMNS, "JP", LIST), (LineError,)),
    "a user's CSV": (lambda raw: read_csv(raw.decode("latin-1"), "file"), (UsageError,)),
}
FILES: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "overrides in TOML": ("overrides.toml", read_overrides),
    "overrides in CSV": ("overrides.csv", read_overrides),
    "variables": (".env", lambda path: load_settings({})),
    "settings": ("spock.toml", lambda path: load_settings({})),
    "official sectors": ("official.csv", read_official),
    "a token": ("token.json", read_token),
}
"""By what they are: a name, and how a file of it is read. What is no such file is a `UsageError`."""

OF_DOCUMENTS: dict[str, Callable[[Any], Any]] = {
    "screen": read_screen_document,
    "quotes": read_quotes,
    "profile": lambda document: read_profile(document, "X"),
    "error": read_error,
    "envelope of KIS": read_envelope,
}


@pytest.mark.parametrize("name", OF_BYTES)
@given(content=CONTENT | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")))
def test_bytes_are_read_or_refused(name, content):
    parser, errors = OF_BYTES[name]
    try:
        parser(content)
    except errors as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("name", FILES)
@given(content=CONTENT)
def test_files_of_the_user_are_read_or_refused(name, content):
    path, reader = FILES[name]
    Path(path).write_bytes(content)
    try:
        reader(Path(path))
    except UsageError as error:
        assert "\n" not in str(error)
        assert str(error).isprintable()


@pytest.mark.parametrize("name", OF_DOCUMENTS)
@given(document=VALUES)
def test_documents_are_read_or_refused(name, document):
    try:
        OF_DOCUMENTS[name](parse_json(json.dumps(document).encode()))
    except ProviderError as error:
        assert "\n" not in str(error)


@given(st.text(max_size=30) | st.integers(0, 10**400).map(str))
def test_seconds_to_wait_are_finite(header):
    seconds = retry_after_s(header)
    assert seconds is None or isfinite(seconds)

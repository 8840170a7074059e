"""Identifiers: kept in one form, and refused if a check digit is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spock_core.domain.identifiers import (
    SCHEMES,
    identifier,
    valid_identifiers,
)

REAL = {
    "ISIN": ("US0378331005", "KYG875721634"),
    "FIGI": ("BBG000B9XRY4", "BBG000BLNNH6"),
    "LEI": ("HWUPKR0MPOU8FGXBT394",),
    "SEDOL": ("2046251", "B1YW440"),
    "CUSIP": ("037833100", "38259P508"),
}
"""Apple's, Tencent's ISIN, IBM's FIGI, Vodafone's SEDOL, Google's CUSIP."""


@pytest.mark.parametrize(
    ("scheme", "value"), [(scheme, value) for scheme, values in REAL.items() for value in values]
)
def test_a_real_identifier_is_valid_and_no_other_with_its_last_digit_changed_is(scheme, value):
    assert identifier(scheme, value) == value
    assert identifier(scheme, f" {value.lower()} ") == value
    others = [value[:-1] + digit for digit in "0123456789" if digit != value[-1]]
    assert [identifier(scheme, other) for other in others] == [None] * len(others)


@pytest.mark.parametrize("text", ["320193", "0000320193", "CIK320193", "cik0000320193"])
def test_a_cik_is_kept_without_leading_zeros(text):
    assert identifier("CIK", text) == "320193"
    assert identifier("CIK", "0") is None


@given(st.sampled_from(sorted(SCHEMES)), st.text(max_size=30))
def test_an_identifier_in_its_form_stays_as_it_is(scheme, text):
    value = identifier(scheme, text)
    assert value is None or identifier(scheme, value) == value


def test_wrong_ones_are_counted_and_empty_ones_are_not():
    stated = {"ISIN": "US0378331006", "CIK": "320193", "LEI": "", "SEDOL": "-", "ABC": "1"}
    assert valid_identifiers(stated) == ({"CIK": "320193"}, 2)

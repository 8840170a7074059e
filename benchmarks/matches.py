"""Measures which issuers and which Yahoo symbols listings are matched with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from benchmarks.real_data import US_LABELS, Register, read, region_of
from spock_core.classification.company_names import words_of
from spock_core.classification.issuers import SHARES, issuers
from spock_core.domain import StoredListing
from spock_core.plugins.loader import load_plugins

_KIND_OF_SHARE = re.compile(r"\b(Common|Ordinary|Class|American)\b")
"""The word in Nasdaq's name of a share at which the company's name has ended."""


class IssuerMatching(NamedTuple):
    """How well securities are matched with issuers."""

    related: int
    """Stocks by their list that are not shares."""
    with_issuer: int
    """Those of them that are matched with an issuer."""
    compared: int
    """Matches for which Nasdaq names both securities."""
    false: tuple[str, ...]
    """Names of both securities of those matches that seem to be of different companies."""


def issuer_matching(register: Register, data: Path) -> IssuerMatching:
    """Matches the securities of the US with issuers, and compares with Nasdaq's names."""
    market = load_plugins().markets["US"]
    stocks = {
        ticker: StoredListing.read(row)
        for (region, ticker), row in register.items()
        if region == "US" and row["asset_type"] == "STOCK"
    }
    matches = issuers(market, stocks.values())
    related = [ticker for ticker, stock in stocks.items() if stock.security_type not in SHARES]
    names = {row["ticker"]: row["nasdaq_name"] for row in read(data / US_LABELS)}
    compared = [
        (names[ticker], names[issuer])
        for ticker, issuer in matches.items()
        if ticker in names and issuer in names
    ]
    false = tuple(
        f"{name} / {issuer}" for name, issuer in compared if not _is_same_company(name, issuer)
    )
    with_issuer = sum(ticker in matches for ticker in related)
    return IssuerMatching(len(related), with_issuer, len(compared), false)


def _is_same_company(name: str, issuer_share: str) -> bool:
    """Whether a name begins with the first two words of the issuer's name, ignoring spaces."""
    first_words = words_of(_KIND_OF_SHARE.split(issuer_share)[0])[:2]
    return "".join(words_of(name)).startswith("".join(first_words))


def symbol_agreement(register: Register, data: Path) -> tuple[int, int, list[str]]:
    """Returns how many Yahoo symbols are right, how many were compared, and the wrong ones."""
    same, compared, wrong = 0, 0, []
    for profile in read(data / "yahoo-profiles-2022-half.csv"):
        row = register.get((region_of(profile), profile["ticker"]))
        if row is None:
            continue
        compared += 1
        if row["yahoo_symbol"] == profile["yahoo_symbol"]:
            same += 1
        else:
            wrong.append(
                f"{profile['ticker']}: {row['yahoo_symbol']} not {profile['yahoo_symbol']}"
            )
    return same, compared, wrong

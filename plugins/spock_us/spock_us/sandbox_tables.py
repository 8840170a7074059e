"""The made-up table of the SEC, for the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from spock_core import Listing, SecurityType
from spock_us.sec import FILE, NUMBER_AND_NAME, TICKER
from spock_us.symbols import yahoo_symbol

_FIRST = 1_000_000
"""The first made-up CIK."""


def sec_table(listings: Iterable[Listing]) -> Mapping[str, bytes]:
    """Returns the table of tickers, with the shares of all issuers and one that no list has."""
    shares = (SecurityType.COMMON, SecurityType.DEPOSITARY_RECEIPT)
    companies = [(yahoo_symbol(one), one.name) for one in listings if one.security_type in shares]
    number, name = NUMBER_AND_NAME[FILE]
    rows = {
        str(place): {number: _FIRST + place, TICKER: ticker, name: company}
        for place, (ticker, company) in enumerate([*companies, ("OTCXX", "Over the Counter Inc.")])
    }
    return {FILE: json.dumps(rows).encode()}

"""The test kit for authors of plugins: `pip install 'spock-core[kit]'`.

Two lines test a market against every contract that a market must keep:

    from spock_core.testing import market_contract

    TestMarket = market_contract("TW")

Each contract is a test. Its failure says what is wrong, and what to change in which file and line.
For tests of other plugins, the fixture `spock` of `pytest_plugin` runs the command.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from spock_core.testing.command import Outcome, Spock
from spock_core.testing.example import listing

if TYPE_CHECKING:
    from spock_core.testing.contracts.market import MarketContract

__all__ = ["Outcome", "Spock", "listing", "market_contract"]


def market_contract(
    region: str, *, distribution: str | None = None, new_mics: Iterable[str] = ()
) -> type[MarketContract]:
    """Returns a test class with every contract of the market that is installed for a region.

    `distribution` is the name of the distribution to which the market must belong; by default it is
    read from the nearest `pyproject.toml` above the tests. `new_mics` are MICs that are too new for
    the installed `iso10383`. Raises `UsageError` if the extra `kit` is not installed.
    """
    from spock_core.testing.contracts.market import make_contract

    return make_contract(region, distribution, frozenset(new_mics))
